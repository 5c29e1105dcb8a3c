"""Errors: what they say, and whether what they advise fits the cause."""
