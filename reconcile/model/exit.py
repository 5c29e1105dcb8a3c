"""The exit codes of every command, which tell a caller in one number how a run ended."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit codes; `cli.exit_code` decides between them, and none ever changes its meaning."""

    OK = 0
    ERROR = 1
    CHANGES = 2
    BLOCKED = 3
    ROLLED_BACK = 4
    INCOMPLETE = 5
    UNREACHABLE = 6
    USAGE = 64
    INTERRUPTED = 130
