"""The shape of the code: how long a file is, and what a docstring says."""
