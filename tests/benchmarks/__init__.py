"""The benchmarks measure what they say; nothing is timed here."""
