"""A new folder for files with secrets: for its owner alone, whatever lies there or beside it."""

import os
from pathlib import Path
from typing import Final

from reconcile.files.new_file import write_new

FOLDER: Final = 0o700
FILE: Final = 0o600


def make_folder(path: Path) -> None:
    """Make a folder of mode 0700; those above it are made as the umask says.

    Raises FileExistsError where anything is there, else OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=FOLDER)


def write_secret(path: Path, text: str) -> None:
    """Make a file of mode 0600 that holds the text. Raises FileExistsError, else OSError."""
    write_new(path, text.encode(), FILE)


def sync_folder(path: Path) -> None:
    """Have the names of what was made in a folder on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
