"""The command as its users meet it: real processes, whole outputs, exit codes."""
