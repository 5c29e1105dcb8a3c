"""What people and programs read, made from values alone."""
