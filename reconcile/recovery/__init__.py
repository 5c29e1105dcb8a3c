"""Verdicts on a call by what the host shows: done, not done, partly done, changed by others.

Pure. `call_context` is a call and what it began from, `footprint` what it touches by the rules,
`evidence` what the host shows after it. `judge` makes a verdict (`verdicts`) of these, with
`deviations` from what the rules predict, `leftovers`, and what `unfinished_create` and
`unfinished_merge` know of calls that lost their libvirtd. `undo` says whether a finished step may
still be undone, `powered_off` whether the steps left can do without the guest, `stale` whether the
host has moved since the plan. `leftover_text` and `repair_text` put leftovers into words.
"""
