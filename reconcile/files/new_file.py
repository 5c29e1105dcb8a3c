"""Files that are written whole or not at all: new ones, and those that take another's place."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_new(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Make a file that holds the content, on the disk when this returns.

    `mode` is narrowed by the user's umask. No link is followed as the last component of `path`.
    Raises FileExistsError where anything is there, else OSError; then there is no file.
    """
    with os.fdopen(os.open(path, _NEW, mode), "wb") as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                path.unlink()
            raise


def replace_file(path: Path, content: bytes) -> None:
    """Put a file with this content in the place of a regular one, which keeps its mode.

    Raises OSError; then the old one is as it was.
    """
    mode = path.stat().st_mode
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        made = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode & 0o7777)
            os.fsync(file.fileno())
            made.replace(path)
        except OSError:
            made.unlink(missing_ok=True)
            raise
