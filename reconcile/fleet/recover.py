"""`resume` and `rollback` over journals: which domains are unfinished, each settled on its host."""

import shlex
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path

from reconcile.errors import HostError, JournalError, NoJournalError, ReconcileError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.execute.context import ExecutionContext
from reconcile.execute.libvirt_domain import LibvirtDomain
from reconcile.execute.resume import resume
from reconcile.execute.rollback import rollback
from reconcile.execute.unreached import as_it_was, domain_gone
from reconcile.fleet.access import HostAccess
from reconcile.fleet.apply import left_over
from reconcile.fleet.host_queue import HostTask
from reconcile.fleet.journal_hosts import JournalHosts
from reconcile.fleet.run import Run
from reconcile.journal.file_storage import FileStorage
from reconcile.journal.journal import Journal, JournalOfDomain
from reconcile.journal.left_behind import LeftDomain, left_in
from reconcile.journal.lock import locked
from reconcile.journal.records import Settled
from reconcile.journal.store import Store
from reconcile.libvirt.connection import Connection
from reconcile.model.identity import DomainId
from reconcile.model.outcome import DomainOutcome, Status
from reconcile.model.target import Target

OPEN = frozenset({Status.INCOMPLETE, Status.STALE})
"""Ends of a recovery after which something may be unfinished still."""


class RecoveryMode(StrEnum):
    """Which of the two ways out of an unfinished apply is taken: finish its steps, or undo them."""

    RESUME = "resume"
    ROLLBACK = "rollback"


def unfinished(store: Store, path: Path | None) -> tuple[LeftDomain, ...]:
    """The unfinished domains of all journals, or of the one at `path`.

    Raises NoJournalError, JournalError, StateError.
    """
    journals = store.unfinished() if path is None else [Journal(FileStorage(path))]
    found = tuple(each for journal in journals for each in left_in(journal))
    if not found:
        raise NoJournalError(None if path is None else str(path))
    return found


@contextmanager
def held(found: Sequence[LeftDomain], run: Run) -> Iterator[tuple[LeftDomain, ...]]:
    """The domains of these journals that are unfinished still; the journals are held meanwhile.

    No host is asked yet. Raises JournalHeldError where an apply still runs, NoJournalError where
    one has just ended.
    """
    with ExitStack() as stack:
        left: list[LeftDomain] = []
        for journal in {each.journal.name: each.journal for each in found}.values():
            stack.enter_context(run.held(journal))
            journal.go_on()
            left.extend(
                left_in(journal)
            )  # between the look for it and now its apply may have ended
        if not left:
            raise NoJournalError(None)
        yield tuple(left)


def recover_all(
    found: Sequence[LeftDomain], towards: RecoveryMode, run: Run, access: HostAccess
) -> tuple[DomainOutcome, ...]:
    """Resume or roll back every domain of journals that are held; outcomes in the same order."""
    with JournalHosts(access) as hosts:
        return run.each([_task(each, towards, run, hosts) for each in found])


def _task(left: LeftDomain, towards: RecoveryMode, run: Run, hosts: JournalHosts) -> HostTask:
    call = partial(_closable, left, towards, run, hosts)
    return HostTask(left.history.planned.domain.host.server, hosts.limit(left), call)


def _closable(
    left: LeftDomain, towards: RecoveryMode, run: Run, hosts: JournalHosts
) -> DomainOutcome:
    """The outcome of one domain; what stays unfinished is told with the command that closes it."""
    outcome = _recovered(left, towards, run, hosts)
    if outcome.status not in OPEN or left.domain.key not in _unfinished(left.journal):
        return outcome
    command = shlex.join(("reconcile", "abandon", left.journal.name))
    closed = f"`{command}` leaves it as it is, for good"
    return replace(outcome, remedy=f"{outcome.remedy}; {closed}" if outcome.remedy else closed)


def _unfinished(journal: Journal) -> frozenset[tuple[str, str]]:
    try:
        return frozenset(each.domain.key for each in left_in(journal))
    except JournalError:
        return frozenset()  # abandoning could not write to it either


def _recovered(
    left: LeftDomain, towards: RecoveryMode, run: Run, hosts: JournalHosts
) -> DomainOutcome:
    planned = left.history.planned
    try:
        host = hosts.of(left)
        domain = DomainId(host.id, planned.domain.uuid, planned.domain.name)
        waiting = run.options.timeout, run.note(domain), run.stop.is_set
        with locked(run.store.locks, domain.key, *waiting):
            return _settled(left, towards, run, (host, domain))
    except ReconcileError as error:
        return as_it_was(left.history, error)


def _settled(
    left: LeftDomain, towards: RecoveryMode, run: Run, reached: tuple[Connection, DomainId]
) -> DomainOutcome:
    host, domain = reached
    planned = left.history.planned
    try:
        port = LibvirtDomain(host, domain, run.options.timeout, run.note(domain))
    except HostError as error:
        if error.code != LibvirtCode.NO_DOMAIN:
            raise
        gone = domain_gone(replace(left.history, planned=replace(planned, domain=domain)))
        left.journal.append(Settled(planned.domain, gone.status, gone.notes))
        return gone
    port.require_write()
    target = Target(domain, planned.declared)
    context = ExecutionContext(
        port,
        JournalOfDomain(left.journal, planned.domain),
        run.tell,
        run.stop.is_set,
        lambda: left_over(target, host, port, run.note(domain)),
        run.path_locks(domain).hold,
    )
    history = replace(left.history, planned=replace(planned, domain=domain))
    if towards is RecoveryMode.ROLLBACK:
        return rollback(history, left.journal.name, context)
    return resume(history, left.journal.name, context, run.options.keep)
