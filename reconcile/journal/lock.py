"""Locks of this user: one apply per domain at a time, by `flock` on a file of the state directory.

The kernel holds the lock and drops it with its process, so that no lock outlives its owner. The
file says who holds it; what it says without a holder tells of an owner that died. A file is
removed by who holds it, so whoever comes to hold a removed one begins anew.
"""

import errno
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from reconcile.errors import (
    FullStateError,
    LockedError,
    OpenStateError,
    StateError,
    StoppedError,
)
from reconcile.files.regular_file import FLAGS, NotRegularError, require_regular
from reconcile.journal.owner import Owner, this_process
from reconcile.journal.state_dir import PRIVATE_FILE, make_private, objection

POLL_SECONDS = 0.2
_NOTE_BYTES = 4096

Key = tuple[str, str]


def _never() -> bool:
    return False


@contextmanager
def locked(
    directory: Path,
    key: Key,
    seconds: float,
    tell: Callable[[str], None],
    stop: Callable[[], bool] = _never,
) -> Iterator[None]:
    """A context that holds the lock of a domain or journal.

    Raises LockedError after `seconds`, StoppedError once `stop` says so, StateError.
    """
    make_private(directory)
    path = directory / f"{sha256(chr(0).join(key).encode()).hexdigest()[:32]}.lock"
    with _told(path):
        number = _acquired(path, time.monotonic() + seconds, tell, stop)
    try:
        with _told(path):
            _taken_over(number, tell)
        yield
    finally:
        _release(path, number)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """An error of the file system as one that says what to do."""
    try:
        yield
    except OSError as error:
        kind = FullStateError if error.errno in {errno.ENOSPC, errno.EDQUOT} else StateError
        raise kind(str(path), error.strerror or str(error)) from error


def _acquired(
    path: Path, deadline: float, tell: Callable[[str], None], stop: Callable[[], bool]
) -> int:
    """The open file, held. Says once that somebody is waited for."""
    told = False
    while True:
        number, held = _tried(path)
        if number is not None:
            return number
        if not held:
            continue
        if time.monotonic() >= deadline:
            raise LockedError(_said(path))
        if not told:
            tell(f"waiting for another apply: {_said(path)}")
            told = True
        if stop():
            raise StoppedError
        time.sleep(POLL_SECONDS)


def _tried(path: Path) -> tuple[int | None, bool]:
    """The open file where it is ours now, and whether somebody else holds it."""
    number = os.open(path, os.O_RDWR | os.O_CREAT | FLAGS, PRIVATE_FILE)
    try:
        found = os.fstat(number)
        _require_own(path, found)
        os.fchmod(number, PRIVATE_FILE)  # whatever the umask
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_there(path, found):
            return number, False
    except BlockingIOError:
        os.close(number)
        return None, True
    except BaseException:
        os.close(number)
        raise
    os.close(number)
    return None, False


def _require_own(path: Path, found: os.stat_result) -> None:
    try:
        require_regular(found.st_mode)
    except NotRegularError as error:
        raise OpenStateError(str(path), f"it {error}") from error
    why = objection(found)
    if why is not None:
        raise OpenStateError(str(path), why)


def _is_there(path: Path, found: os.stat_result) -> bool:
    """Whether the path still leads to this file: its holder may have removed it meanwhile."""
    try:
        return os.path.samestat(path.lstat(), found)
    except FileNotFoundError:
        return False


def _taken_over(number: int, tell: Callable[[str], None]) -> None:
    dead = _owner(os.pread(number, _NOTE_BYTES, 0))
    if dead is not None:
        tell(f"the lock of {dead}, was broken: that process is gone")
    os.ftruncate(number, 0)
    os.pwrite(number, json.dumps(asdict(this_process())).encode(), 0)


def _release(path: Path, number: int) -> None:
    """Removed while it is held: who waits for it finds another file at its path, and takes that."""
    with suppress(OSError):
        path.unlink()
    os.close(number)


def _said(path: Path) -> str:
    """Who holds it; nobody by name where it says nothing, or only half."""
    try:
        number = os.open(path, os.O_RDONLY | FLAGS)
    except OSError:
        return "somebody"
    try:
        return str(_owner(os.read(number, _NOTE_BYTES)) or "somebody")
    finally:
        os.close(number)


def _owner(note: bytes) -> Owner | None:
    try:
        return Owner(**json.loads(note))
    except (ValueError, TypeError):
        return None


def prune_locks(directory: Path, before: float) -> None:
    """Remove lock files that nobody has held since `before` (seconds since the epoch)."""
    for path in directory.glob("*.lock"):
        with suppress(OSError, StateError):
            if path.lstat().st_mtime < before:
                number, _ = _tried(path)
                if number is not None:
                    _release(path, number)
    for path in directory.glob("*.owner"):  # which version 0.1 kept beside its locks
        with suppress(OSError):
            if path.lstat().st_mtime < before:
                path.unlink()
