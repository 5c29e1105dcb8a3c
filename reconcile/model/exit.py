"""The exit codes of every command: what the caller of a run is told in one number."""

from enum import IntEnum


class Exit(IntEnum):
    """How a run ended. Which of these it is, `cli.exit_code` decides; none of them changes."""

    OK = 0
    ERROR = 1
    CHANGES = 2
    BLOCKED = 3
    ROLLED_BACK = 4
    INCOMPLETE = 5
    UNREACHABLE = 6
    USAGE = 64
    INTERRUPTED = 130
