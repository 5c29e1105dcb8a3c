"""Errors: their words, and whether what they advise fits the cause."""
