"""Real faults on real libvirt: an apply is hit somewhere, then resumed or rolled back, and judged.

`victim` is the apply that is hit, in a process of its own; `stages` are the domains and plans;
`hit` chooses a fault, applies, recovers and judges. `python -m tests.chaos` injects many.
"""
