"""The history that a journal tells: how far each domain got, and which call was cut off. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from reconcile.journal.records import (
    Answered,
    Begun,
    Direction,
    DomainRecord,
    Ended,
    Finished,
    Intent,
    Planned,
    Record,
    Settled,
)

Key = tuple[str, str]


class HistoryError(ValueError):
    """A record that cannot follow the records before it; `number` counts records from 1."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(what)
        self.number = number


@dataclass(frozen=True, slots=True)
class DomainHistory:
    """What a journal tells of one domain: `position` steps are in effect.

    `open` is a call without a known end; `answered`: libvirt lived through that call. `saved`
    holds the undo data of the steps that were begun, by the step's number.
    """

    planned: Planned
    position: int = 0
    open: Intent | None = None
    saved: tuple[tuple[int, str], ...] = ()
    settled: Settled | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What a journal tells of all its domains, by `DomainId.key`, in the order they were begun.

    `writer` is the process that wrote last: the apply itself, or a `resume` or `rollback` of it.
    """

    begun: Begun
    writer: Begun
    domains: dict[Key, DomainHistory] = field(default_factory=dict)

    @property
    def unfinished(self) -> tuple[DomainHistory, ...]:
        """The domains without a `Settled` record."""
        return tuple(each for each in self.domains.values() if each.settled is None)


def replay(begun: Begun, records: Iterable[Record]) -> History:
    """The history that a journal's records tell, without its first one. Raises HistoryError."""
    domains: dict[Key, DomainHistory] = {}
    writer = begun
    for number, record in enumerate(records, 2):
        match record:
            case Planned():
                if record.domain.key in domains:
                    raise HistoryError(number, "it plans a domain twice")
                domains[record.domain.key] = DomainHistory(record)
            case Begun():
                writer = record
            case Finished():
                continue
            case _:
                before = domains.get(record.domain.key)
                if before is None:
                    raise HistoryError(number, "it is about a domain that was not planned")
                if not _possible(before, record):
                    raise HistoryError(number, "it is about a step that the plan does not have")
                domains[record.domain.key] = _after(before, record)
    return History(begun, writer, domains)


def _possible(domain: DomainHistory, record: DomainRecord) -> bool:
    steps = len(domain.planned.steps)
    match record:
        case Settled():
            return True
        case Ended():
            return record.step < steps and record.position <= steps
        case Intent() | Answered():
            return record.step < steps


def _after(domain: DomainHistory, record: DomainRecord) -> DomainHistory:
    match record:
        case Intent():
            kept = domain.saved
            if record.saved is not None and record.way is Direction.DO:
                kept = (*kept, (record.step, record.saved))
            intent = replace(record, domain=domain.planned.domain)
            return replace(domain, open=intent, saved=kept, answered=False)
        case Answered():
            return replace(domain, answered=True)
        case Ended():
            return replace(domain, open=None, position=record.position)
        case Settled():
            return replace(domain, open=None, settled=record)
