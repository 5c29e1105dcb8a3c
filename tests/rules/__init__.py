"""The rules, one by one: what each refuses, in which situation, and why its text says so."""
