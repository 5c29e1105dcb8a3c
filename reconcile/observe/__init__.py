"""Hosts read into values of `model`, over a read-only connection. Changes nothing."""
