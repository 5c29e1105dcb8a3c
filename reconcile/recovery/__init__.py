"""What became of a call, judged by looking: done, not done, halfway, or moved by somebody else.

Pure. `deviations` compares a host with what the rules predicted, `stale` with what was planned for;
`judge` judges a call that was cut off or failed; `undo` says whether a finished step may still be
undone; `leftovers` words what a call left.
"""
