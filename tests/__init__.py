"""Everything that checks the project; nothing in here is shipped."""
