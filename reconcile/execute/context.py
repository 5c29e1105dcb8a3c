"""What executing one domain's plan needs from outside."""

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
    """For one domain alone, whose files nobody else touches."""
    return nullcontext()


class Log(Protocol):
    """Where records go before and after each call."""

    def append(self, record: Record) -> None:
        """Keep the record durably. Raises JournalError."""


@dataclass(frozen=True, slots=True)
class ExecutionContext:
    """How one domain is reached, recorded and told of.

    `stop`: whether the run is to end before the next step; `left`: plans again and says what that
    plan would still do; `hold`: keeps these files for this domain's call alone, of all applies of
    this user.
    """

    port: DomainPort
    log: Log
    tell: Tell
    stop: Callable[[], bool]
    left: Callable[[], tuple[str, ...]]
    hold: Hold = hold_nothing
