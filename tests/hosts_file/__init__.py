"""The hosts file: what it may say, and what may be connected to with one."""
