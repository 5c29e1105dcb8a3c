"""The plan as JSON: its schema, and what is read back from it."""
