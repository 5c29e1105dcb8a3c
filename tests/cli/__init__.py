"""The command as its users see it: real processes, whole outputs, exit codes."""
