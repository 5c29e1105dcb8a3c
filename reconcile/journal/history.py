"""What a journal amounts to: for each domain, how far it got and what was cut off. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from reconcile.journal.records import (
    Answered,
    Begun,
    Direction,
    Ended,
    Intent,
    Planned,
    Record,
    Settled,
)
from reconcile.model.identity import DomainId


@dataclass(frozen=True, slots=True)
class DomainHistory:
    """One domain: `position` steps are in effect, `open` is a call without a known end.

    `answered`: libvirt lived through that call. `saved` holds the undo data of the steps that
    were begun, by their number.
    """

    planned: Planned
    position: int = 0
    open: Intent | None = None
    saved: tuple[tuple[int, str], ...] = ()
    settled: Settled | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """All domains of one apply, in the order they were begun."""

    begun: Begun
    domains: dict[DomainId, DomainHistory] = field(default_factory=dict)

    @property
    def unfinished(self) -> tuple[DomainHistory, ...]:
        """The domains that nobody settled."""
        return tuple(each for each in self.domains.values() if each.settled is None)


def replay(begun: Begun, records: Iterable[Record]) -> History:
    """The history that these records tell, after the first."""
    domains: dict[DomainId, DomainHistory] = {}
    for record in records:
        match record:
            case Planned():
                domains[record.domain] = DomainHistory(record)
            case Intent() | Answered() | Ended() | Settled():
                domains[record.domain] = _after(domains[record.domain], record)
            case Begun():  # a resume or rollback went on with it
                continue
    return History(begun, domains)


def _after(domain: DomainHistory, record: Intent | Answered | Ended | Settled) -> DomainHistory:
    match record:
        case Intent():
            kept = domain.saved
            if record.saved is not None and record.way is Direction.DO:
                kept = (*kept, (record.step, record.saved))
            return replace(domain, open=record, saved=kept, answered=False)
        case Answered():
            return replace(domain, answered=True)
        case Ended():
            return replace(domain, open=None, position=record.position)
        case Settled():
            return replace(domain, open=None, settled=record)
