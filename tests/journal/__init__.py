"""Journals, locks, and saved plans that are used once."""
