"""What the tests share: running the command, content as the oracle, and long runs by seed."""
