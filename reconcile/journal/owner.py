"""Who holds a lock or writes a journal."""

import getpass
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime

from reconcile.journal.records import Begun


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
    """The owner that this process is."""
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return Owner(os.getpid(), _user(), socket.gethostname(), started)


def _user() -> str:
    """The user's number where no passwd entry names it, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the latter from Python 3.13 on
        return str(os.getuid())


def owner_of(begun: Begun) -> Owner:
    """Who began to write a journal."""
    return Owner(begun.pid, begun.user, begun.host, begun.started)
