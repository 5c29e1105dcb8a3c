"""The rule and the way out of each refusal, by topic: the only place where they are worded."""
