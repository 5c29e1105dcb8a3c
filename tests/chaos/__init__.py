"""Real faults on real libvirt: an apply is hit somewhere, then resumed or rolled back, and judged.

`faults` are the kinds as values, `stages` the domains and plans, `cases` one of each by a seed.
`victim` is the apply that is hit, in a process of its own; `blows` let the fault happen, with
`small` disks, a `proxy` to cut and another `writer`; `hit` applies and recovers, `judge` compares;
`one` does all of it for one case, and `python -m tests.chaos` for many.
"""
