"""The process that holds a lock or writes a journal, for messages."""

import getpass
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime

from reconcile.journal.records import Begun


@dataclass(frozen=True, slots=True)
class Owner:
    """A process that holds a lock or writes a journal; `started` is in UTC, ISO 8601."""

    pid: int
    user: str
    host: str
    started: str

    def __str__(self) -> str:
        return f"process {self.pid} of {self.user} on {self.host}, since {self.started}"


def this_process() -> Owner:
    """The owner of what this process locks and writes."""
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return Owner(os.getpid(), _user(), socket.gethostname(), started)


def _user() -> str:
    """The user's number where no passwd entry names it, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the latter from Python 3.13 on
        return str(os.getuid())


def owner_of(begun: Begun) -> Owner:
    """The owner that a journal's first record names."""
    return Owner(begun.pid, begun.user, begun.host, begun.started)
