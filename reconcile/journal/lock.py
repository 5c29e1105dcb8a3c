"""The only importer of filelock: one apply per domain at a time, for this user on this machine.

The kernel holds the lock and drops it with its process, so that no lock outlives its owner. Beside
it a note says who holds it; one that is found without a holder tells of an owner that died.
"""

import getpass
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from reconcile.errors import LockedError, StateError

POLL_SECONDS = 0.2

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock, since when (UTC, ISO 8601)."""

    pid: int
    user: str
    host: str
    started: str

    def __str__(self) -> str:
        return f"process {self.pid} of {self.user} on {self.host}, since {self.started}"


def this_process() -> Owner:
    """Ourselves."""
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return Owner(os.getpid(), getpass.getuser(), socket.gethostname(), started)


@contextmanager
def locked(
    directory: Path, key: Key, seconds: float, tell: Callable[[str], None]
) -> Iterator[None]:
    """Hold the lock of a domain or journal. Raises LockedError after `seconds`, StateError."""
    name = sha256("\0".join(key).encode()).hexdigest()[:32]
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(directory / f"{name}.lock", mode=0o600, poll_interval=POLL_SECONDS)
        note = directory / f"{name}.owner"
        _acquire(lock, note, seconds, tell)
        try:
            _taken_over(note, tell)
            yield
        finally:
            with suppress(OSError):
                note.unlink(missing_ok=True)
            lock.release()
    except OSError as error:
        raise StateError(str(error.filename or directory), error.strerror or str(error)) from error


def _acquire(lock: FileLock, note: Path, seconds: float, tell: Callable[[str], None]) -> None:
    """Say once that somebody is waited for."""
    try:
        lock.acquire(timeout=0)
    except Timeout:
        tell(f"waiting for another apply: {_owner(note) or 'somebody'}")
    else:
        return
    try:
        lock.acquire(timeout=seconds)
    except Timeout as error:
        raise LockedError(str(_owner(note) or "somebody")) from error


def _taken_over(note: Path, tell: Callable[[str], None]) -> None:
    dead = _owner(note)
    if dead is not None:
        tell(f"the lock of {dead}, was broken: that process is gone")
    note.write_text(json.dumps(asdict(this_process())))


def _owner(note: Path) -> Owner | None:
    """None where nobody says so, or only half."""
    try:
        return Owner(**json.loads(note.read_text()))
    except (OSError, ValueError, TypeError):
        return None
