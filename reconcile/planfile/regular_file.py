"""Reading a file that somebody else may have put there: a regular one only, and not without end."""

import os
import stat
from pathlib import Path

# Opening never waits, as it would for the writer of a pipe, and never takes a terminal.
FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class NotRegularError(Exception):
    """What lies there is a link, a directory, a pipe, a socket or a device."""


def read_regular(path: Path, limit: int) -> bytes:
    """At most `limit` bytes of the file. Raises NotRegularError, OSError, ValueError for a NUL."""
    # looked at before it is opened, since opening alone does something to some devices
    require_regular(path.lstat().st_mode)
    with os.fdopen(os.open(path, os.O_RDONLY | FLAGS), "rb") as file:
        require_regular(os.fstat(file.fileno()).st_mode)
        return file.read(limit)


def require_regular(mode: int) -> None:
    """Raise NotRegularError for the mode of anything else."""
    if stat.S_ISLNK(mode):
        raise NotRegularError("is a link, not a regular file")
    if not stat.S_ISREG(mode):
        raise NotRegularError("is no regular file")
