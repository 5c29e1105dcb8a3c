"""From differences to an ordered, simulated plan: order, rules, hazards, inverses, guards.

Pure. `planner.plan_domain` is the way in.
"""
