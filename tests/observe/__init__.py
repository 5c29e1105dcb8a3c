"""Observing: a host and the files beside it, read into values."""
