"""The command line: options in `commands`, one module per command's work, errors in `main`.

`commands` imports nothing heavy, so that --help and completion answer at once.
"""
