"""The rule and the ways out of each refusal, by topic: the only place where they are worded."""
