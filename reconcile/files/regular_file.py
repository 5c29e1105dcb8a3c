"""Reading files that somebody else may have prepared: regular ones only, and a bounded part."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_KINDS = (
    (stat.S_ISLNK, "a link"),
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""For opening: no link is followed, nobody is waited for, as the writer of a pipe would be, and no
terminal is taken.
"""


class NotRegularError(Exception):
    """What lies at a path is no regular file; `kind` says what it is, with its article."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"is {kind}, not a regular file")
        self.kind = kind


def read_regular(path: Path, limit: int) -> bytes:
    """The first `limit` bytes of a file. A link as the last component of `path` is not followed.

    Raises NotRegularError, OSError, and ValueError for a path with a NUL.
    """
    with open_regular(path) as file:
        return file.read(limit)


@contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading. A link as the last component of `path` is not followed.

    Raises NotRegularError, OSError, and ValueError for a path with a NUL.
    """
    # Looked at before it is opened, since opening alone does something to some devices.
    require_regular(path.lstat().st_mode)
    with os.fdopen(os.open(path, os.O_RDONLY | FLAGS), "rb") as file:
        require_regular(os.fstat(file.fileno()).st_mode)
        yield file


def require_regular(mode: int) -> None:
    """Raise NotRegularError for the mode of anything else than a regular file."""
    if not stat.S_ISREG(mode):
        raise NotRegularError(next((kind for is_kind, kind in _KINDS if is_kind(mode)), "special"))
