"""The comparison: what counts as a difference and what does not."""
