"""Plans made of differences: order, rules, hazards, inverses, guards, simulated to the end.

Pure. `planner.plan_domain` is the way in.
"""
