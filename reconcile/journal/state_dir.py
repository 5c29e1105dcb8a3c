"""The only importer of platformdirs: where this user's state lies, with nobody else in it."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from platformdirs import user_state_path

from reconcile.errors import OpenStateError, StateError
from reconcile.files.regular_file import FLAGS

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def state_directory() -> Path:
    """The path `$XDG_STATE_HOME/reconcile`, for journals, locks and applied plans."""
    return user_state_path("reconcile")


def make_private(folder: Path) -> None:
    """Make a folder, and all above it that are missing, for this user alone whatever the umask.

    Raises StateError where the folder cannot be made, or is there and open to others.
    """
    try:
        for each in reversed(_missing(folder)):
            with suppress(FileExistsError):  # somebody made it meanwhile: looked at below
                each.mkdir(mode=PRIVATE_FOLDER)
                each.chmod(PRIVATE_FOLDER)
        require_private(folder)
    except OSError as error:
        raise StateError(str(folder), error.strerror or str(error)) from error


def _missing(folder: Path) -> list[Path]:
    found = []
    for each in (folder, *folder.parents):
        if each.exists():
            break
        found.append(each)
    return found


def require_private(folder: Path) -> None:
    """Raise OpenStateError where others own the folder or may write to it, OSError without one."""
    why = objection(folder.stat())
    if why is not None:
        raise OpenStateError(str(folder), why)


def objection(found: os.stat_result) -> str | None:
    """Why others than this user may have written what was found; None where only this user can."""
    if found.st_uid != os.geteuid():
        return "it belongs to another user"
    if found.st_mode & _OTHERS_WRITE:
        return "other users may write to it"
    return None


def make_file(path: Path) -> None:
    """Make a new empty file that only this user may read; its name is on the disk, too.

    Raises StateError, FileExistsError.
    """
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | FLAGS, PRIVATE_FILE)
        try:
            os.fchmod(number, PRIVATE_FILE)
        finally:
            os.close(number)
        _flush(path.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise StateError(str(path), error.strerror or str(error)) from error


def _flush(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)
