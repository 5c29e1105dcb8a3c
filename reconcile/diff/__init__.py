"""Desired against observed: which declared snapshots are missing or differ, which are undeclared.

Pure, and only a comparison: what follows from a difference is `plan`'s business.
"""
