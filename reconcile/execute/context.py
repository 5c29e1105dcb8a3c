"""What executing one domain's plan needs from outside."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from reconcile.execute.domain_port import DomainPort
from reconcile.journal.records import Record
from reconcile.model.event import Event

Tell = Callable[[Event], None]


class Log(Protocol):
    """Where records go before and after each call."""

    def append(self, record: Record) -> None:
        """Keep the record durably. Raises JournalError."""


@dataclass(frozen=True, slots=True)
class ExecutionContext:
    """How one domain is reached, recorded and told of.

    `stop`: whether the run is to end before the next step; `left`: plans again and says what that
    plan would still do.
    """

    port: DomainPort
    log: Log
    tell: Tell
    stop: Callable[[], bool]
    left: Callable[[], tuple[str, ...]]
