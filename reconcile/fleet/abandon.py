"""`abandon`: an unfinished apply left as it is, once somebody has seen what remains of it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from reconcile.errors import NoJournalError
from reconcile.execute.unreached import step_outcomes
from reconcile.fleet.run import Run
from reconcile.journal.history import DomainHistory
from reconcile.journal.left_behind import LeftDomain, left_in
from reconcile.journal.records import Settled
from reconcile.model.outcome import DomainOutcome, Status
from reconcile.recovery.footprint import created_files


@contextmanager
def kept(found: Sequence[LeftDomain], run: Run) -> Iterator[tuple[LeftDomain, ...]]:
    """The domains of these journals that are unfinished still; the journals are held meanwhile.

    Nothing is written. Raises JournalHeldError where an apply still runs, NoJournalError where one
    has just ended.
    """
    with ExitStack() as stack:
        journals = {each.journal.name: each.journal for each in found}
        for journal in journals.values():
            stack.enter_context(run.held(journal))
        left = tuple(each for journal in journals.values() for each in left_in(journal))
        if not left:
            raise NoJournalError(None)
        yield left


def remaining(left: LeftDomain) -> DomainOutcome:
    """The outcome of an unfinished domain left as it is, by the journal alone: no host is asked."""
    history = left.history
    notes = tuple(_notes(history))
    return DomainOutcome(history.planned.domain, Status.INCOMPLETE, step_outcomes(history), notes)


def abandon(left: LeftDomain) -> DomainOutcome:
    """Close an unfinished domain: nothing can resume it or roll it back. Raises JournalError."""
    outcome = replace(remaining(left), status=Status.ABANDONED)
    left.journal.go_on()
    left.journal.append(Settled(left.domain, outcome.status, outcome.notes))
    return outcome


def _notes(history: DomainHistory) -> Iterator[str]:
    steps = history.planned.steps
    if history.position:
        yield "what is done stays done"
    if history.open is None:
        return
    action = steps[history.open.step].action
    way = "undoing " if history.open.way == "undo" else ""
    what = f"{way}{action.kind} {action.snapshot}"
    yield f"{what} was cut off: whether it happened, or half of it, is not known"
    yield from (f"it may have left {path}" for path in created_files(action))
