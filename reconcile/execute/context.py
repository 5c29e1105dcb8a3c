"""The port, journal and functions that executing one domain's plan is given."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from reconcile.execute.domain_port import DomainPort
from reconcile.journal.records import Record
from reconcile.model.event import Event

Tell = Callable[[Event], None]


Hold = Callable[[Iterable[str]], AbstractContextManager[None]]
"""Holds the locks of files. Raises LockedError, StoppedError, StateError."""


def hold_nothing(_paths: Iterable[str]) -> AbstractContextManager[None]:
    """A context without locks, for a domain whose files no other process uses."""
    return nullcontext()


class Log(Protocol):
    """Where the records of a domain are written before and after each call."""

    def append(self, record: Record) -> None:
        """Write a record durably: it outlives a crash. Raises JournalError."""


@dataclass(frozen=True, slots=True)
class ExecutionContext:
    """What the execution of one domain's plan is given from outside.

    `port`: the domain; `log`: its journal; `tell`: is told each event; `stop`: whether the run is
    to end before the next step; `left`: plans again and words what that plan would still do;
    `hold`: locks files for this domain's call, against every other apply of this user.
    """

    port: DomainPort
    log: Log
    tell: Tell
    stop: Callable[[], bool]
    left: Callable[[], tuple[str, ...]]
    hold: Hold = hold_nothing
