"""What is read of a host and of files beside it."""
