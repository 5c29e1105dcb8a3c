"""`resume` and `rollback` over journals: which domains are unfinished, each settled on its host."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock

from reconcile.errors import HostError, NoJournalError, ReconcileError
from reconcile.execute.domain_recovery import resume, rollback
from reconcile.execute.domain_run import ExecutionContext
from reconcile.execute.libvirt_domain import LibvirtDomain
from reconcile.fleet.apply import Run, left_over
from reconcile.fleet.targets import Target
from reconcile.journal.journal import Journal
from reconcile.journal.lock import locked
from reconcile.journal.records import Planned
from reconcile.journal.store import FileStorage, Store
from reconcile.libvirt.connection import Connection
from reconcile.model.event import Note
from reconcile.model.identity import DomainId
from reconcile.model.outcome import DomainOutcome, Status, StepOutcome, StepState


class RecoveryMode(StrEnum):
    """Where an unfinished apply is taken."""

    RESUME = "resume"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class UnfinishedDomain:
    """One domain of a journal that nobody settled."""

    journal: Journal
    planned: Planned

    @property
    def domain(self) -> DomainId:
        """The domain as the journal knows it."""
        return self.planned.domain


def unfinished(store: Store, path: Path | None) -> tuple[UnfinishedDomain, ...]:
    """All that is unfinished, or what one journal holds. Raises NoJournalError, JournalError."""
    journals = store.unfinished() if path is None else [Journal(FileStorage(path))]
    found = tuple(
        UnfinishedDomain(journal, each.planned)
        for journal in journals
        for each in journal.history().unfinished
    )
    if not found:
        raise NoJournalError(None if path is None else str(path))
    return found


@contextmanager
def held(found: Sequence[UnfinishedDomain], run: Run) -> Iterator[tuple[UnfinishedDomain, ...]]:
    """What is unfinished still, while nobody else writes to its journals; no host is asked yet.

    Raises JournalHeldError where an apply still runs, NoJournalError where one has just ended.
    """
    with ExitStack() as stack:
        for journal in {each.journal.name: each.journal for each in found}.values():
            stack.enter_context(run.held(journal))
            journal.mend()
        left = tuple(each for each in found if _unsettled(each))
        if not left:
            raise NoJournalError(None)
        yield left


def _unsettled(each: UnfinishedDomain) -> bool:
    """Between the look for it and the lock, its own apply may have ended."""
    return each.journal.history().domains[each.domain].settled is None


def recover_all(
    found: Sequence[UnfinishedDomain], towards: RecoveryMode, run: Run
) -> tuple[DomainOutcome, ...]:
    """Settle every domain of journals that are held."""
    with ExitStack() as stack:
        hosts = _Hosts(stack)
        return run.each([_call(each, towards, run, hosts) for each in found])


def _call(
    each: UnfinishedDomain, towards: RecoveryMode, run: Run, hosts: "_Hosts"
) -> Callable[[], DomainOutcome]:
    return lambda: _recovered(each, towards, run, hosts)


class _Hosts:
    """Connections by URI, opened for the first domain of each; a host that is away is told once."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._open: dict[str, Connection | HostError] = {}
        self._opening = Lock()

    def get(self, uri: str) -> Connection:
        """Raises HostError."""
        with self._opening:
            if uri not in self._open:
                self._open[uri] = self._tried(uri)
            found = self._open[uri]
        if isinstance(found, HostError):
            raise found
        return found

    def _tried(self, uri: str) -> Connection | HostError:
        try:
            return self._stack.enter_context(Connection(uri, readonly=False))
        except HostError as error:
            return error


def _recovered(
    each: UnfinishedDomain, towards: RecoveryMode, run: Run, hosts: _Hosts
) -> DomainOutcome:

    def tell(text: str) -> None:
        run.tell(Note(each.domain, text))

    try:
        host = hosts.get(each.domain.host.uri)
        domain = DomainId(host.id, each.domain.uuid, each.domain.name)
        with locked(run.store.locks, domain.key, run.options.timeout, tell):
            guest = LibvirtDomain(host, domain, run.options.timeout, tell)
            guest.require_write()
            job = Target(host, domain, each.planned.declared)
            context = ExecutionContext(
                guest, each.journal, run.tell, run.stop.is_set, lambda: left_over(job)
            )
            history = each.journal.history().domains[each.domain]
            if towards is RecoveryMode.ROLLBACK:
                return rollback(history, each.journal.name, context)
            return resume(history, each.journal.name, context, run.options.keep)
    except ReconcileError as error:
        return _as_it_was(each.planned, error)


def _as_it_was(planned: Planned, error: ReconcileError) -> DomainOutcome:
    """The host cannot be asked: what the journal holds stays as unfinished as it is."""
    steps = tuple(StepOutcome(step, StepState.UNKNOWN) for step in planned.steps)
    return DomainOutcome(planned.domain, Status.INCOMPLETE, steps, (error.message,), error.remedy)
