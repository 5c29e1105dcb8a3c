"""The planner: order, placement, guards and hashes, without a host."""
