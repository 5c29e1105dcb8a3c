"""Executing a plan: check that the host has not moved, act, look after every step, plan again."""
