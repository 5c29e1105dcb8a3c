"""What the tests share: running the command, scenarios, and content as the oracle."""
