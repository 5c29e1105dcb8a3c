"""`resume` and `rollback` of one domain: judge the call that was cut off, then finish or undo."""

from reconcile.errors import JournalError, ReconcileError
from reconcile.execute.domain_run import SETTLE, ExecutionContext, backward, onward, outcome
from reconcile.execute.step_runner import StepRunner, Steps
from reconcile.journal.history import DomainHistory
from reconcile.journal.records import Direction, Planned
from reconcile.model.action import Delete, Redefine, Revert
from reconcile.model.domain import Domain
from reconcile.model.event import Note
from reconcile.model.hazard import Hazard
from reconcile.model.host import Capabilities
from reconcile.model.outcome import DomainOutcome, Status
from reconcile.recovery.verdicts import MergeWinner
from reconcile.rules.effect import transition

GONE = "the guest is off since: going on without it"
STALE = "bring the domain back to that, or plan and apply anew: that drops what was left"


def resume(
    history: DomainHistory, journal: str, context: ExecutionContext, keep: MergeWinner | None = None
) -> DomainOutcome:
    """Finish what was begun. Raises JournalError where the journal cannot be followed."""
    runner = _walk(history, journal, context)
    runner.keep = keep
    ended = _settled(history, runner, context, again=True)
    if ended is not None:
        return ended
    try:
        if runner.without_guest():
            context.tell(Note(runner.task.domain, GONE))
        if Hazard.DISCARDS_GUEST_STATE in history.planned.declared.allow:
            runner.revert_again()
        away = runner.away()
    except ReconcileError as error:
        return outcome(runner, Status.INCOMPLETE, (error.message,), SETTLE)
    if away:
        return outcome(runner, Status.STALE, (*runner.notes, *away), STALE)
    return onward(runner, context)


def rollback(history: DomainHistory, journal: str, context: ExecutionContext) -> DomainOutcome:
    """Undo what was begun. Raises JournalError where the journal cannot be followed."""
    runner = _walk(history, journal, context)
    ended = _settled(history, runner, context, again=_must_be_finished(history))
    if ended is not None:
        return ended
    return backward(runner, context, runner.notes, touched=True)


def _walk(history: DomainHistory, journal: str, context: ExecutionContext) -> StepRunner:
    runner = StepRunner(
        _task(history.planned, journal, context.port.capabilities),
        context.port,
        context.log,
        context.tell,
        context.stop,
    )
    runner.at(history.position, dict(history.saved))
    return runner


def _settled(
    history: DomainHistory, runner: StepRunner, context: ExecutionContext, *, again: bool
) -> DomainOutcome | None:
    """How it ends where the call that was cut off cannot be settled."""
    if history.open is None:
        return None
    try:
        gone = _needs_no_guest(history) and runner.without_guest()
    except ReconcileError as error:
        return outcome(runner, Status.INCOMPLETE, (error.message,), SETTLE)
    failure = runner.settle(history.open, again=again, answered=history.answered)
    if failure is not None:
        return outcome(runner, Status.INCOMPLETE, failure.notes, SETTLE)
    if gone:  # told only now: a QEMU that libvirt lost might have held the images
        context.tell(Note(runner.task.domain, GONE))
    return None


def _needs_no_guest(history: DomainHistory) -> bool:
    """A cut-off delete or redefine is judged, and finished, with the guest on or off."""
    opened = history.open
    if opened is None or opened.way is not Direction.DO:
        return False
    return isinstance(history.planned.steps[opened.step].action, Delete | Redefine)


def _must_be_finished(history: DomainHistory) -> bool:
    """Half a delete or redefine is no tree to go back from; half a revert only stops a guest."""
    if history.open is None:
        return False
    return not isinstance(history.planned.steps[history.open.step].action, Revert)


def _task(planned: Planned, journal: str, host: Capabilities) -> Steps:
    """The steps with the domain after each: as the journal says, or else as libvirt does them.

    What was begun is not refused any more: the rules may have become stricter since. What the host
    can do it says itself, never the journal.
    """
    states: tuple[Domain, ...] = (planned.observed, *planned.expected)
    try:
        for step in planned.steps[len(planned.expected) :]:
            states = (*states, transition(states[-1], step.action, host))
    except LookupError as error:
        raise JournalError(journal, f"its steps do not follow on one another: {error}") from error
    return Steps(planned.domain, planned.steps, states)
