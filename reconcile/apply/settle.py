"""`resume` and `rollback` of one domain: judge the call that was cut off, then finish or undo."""

from reconcile.apply.domain import SETTLE, Means, backward, onward, outcome
from reconcile.apply.walk import Task, Walk
from reconcile.errors import JournalError, ReconcileError
from reconcile.journal.history import DomainHistory
from reconcile.journal.records import Planned, Way
from reconcile.model.action import Delete, Redefine, Revert
from reconcile.model.domain import Domain
from reconcile.model.event import Subject, Told
from reconcile.model.hazard import Hazard
from reconcile.model.outcome import DomainOutcome, Status
from reconcile.model.plan import Refusal
from reconcile.recovery.look import Keep
from reconcile.rules.effect import effect

GONE = "the guest is off since: going on without it"
STALE = "bring the domain back to that, or plan and apply anew: that drops what was left"


def resume(
    history: DomainHistory, journal: str, means: Means, keep: Keep | None = None
) -> DomainOutcome:
    """Finish what was begun. Raises JournalError where the journal cannot be followed."""
    walk = _walk(history, journal, means)
    walk.keep = keep
    ended = _settled(history, walk, means, again=True)
    if ended is not None:
        return ended
    try:
        if walk.without_guest():
            means.tell(Told(walk.task.subject, GONE))
        if Hazard.DISCARDS_GUEST_STATE in history.planned.declared.allow:
            walk.revert_again()
        away = walk.away()
    except ReconcileError as error:
        return outcome(walk, Status.INCOMPLETE, (error.message,), SETTLE)
    if away:
        return outcome(walk, Status.STALE, (*walk.notes, *away), STALE)
    return onward(walk, means)


def rollback(history: DomainHistory, journal: str, means: Means) -> DomainOutcome:
    """Undo what was begun. Raises JournalError where the journal cannot be followed."""
    walk = _walk(history, journal, means)
    ended = _settled(history, walk, means, again=_must_be_finished(history))
    if ended is not None:
        return ended
    return backward(walk, means, walk.notes, touched=True)


def _walk(history: DomainHistory, journal: str, means: Means) -> Walk:
    walk = Walk(_task(history.planned, journal), means.guest, means.log, means.tell, means.stop)
    walk.at(history.position, dict(history.saved))
    return walk


def _settled(
    history: DomainHistory, walk: Walk, means: Means, *, again: bool
) -> DomainOutcome | None:
    """How it ends where the call that was cut off cannot be settled."""
    if history.open is None:
        return None
    try:
        gone = _needs_no_guest(history) and walk.without_guest()
    except ReconcileError as error:
        return outcome(walk, Status.INCOMPLETE, (error.message,), SETTLE)
    failure = walk.settle(history.open, again=again, answered=history.answered)
    if failure is not None:
        return outcome(walk, Status.INCOMPLETE, failure.notes, SETTLE)
    if gone:  # told only now: a QEMU that libvirt lost might have held the images
        means.tell(Told(walk.task.subject, GONE))
    return None


def _needs_no_guest(history: DomainHistory) -> bool:
    """A cut-off delete or redefine is judged, and finished, with the guest on or off."""
    opened = history.open
    if opened is None or opened.way is not Way.DO:
        return False
    return isinstance(history.planned.steps[opened.step].action, Delete | Redefine)


def _must_be_finished(history: DomainHistory) -> bool:
    """Half a delete or redefine is no tree to go back from; half a revert only stops a guest."""
    if history.open is None:
        return False
    return not isinstance(history.planned.steps[history.open.step].action, Revert)


def _task(planned: Planned, journal: str) -> Task:
    """The steps with the domain after each, folded by the rules as when they were planned."""
    states: list[Domain] = [planned.observed]
    for step in planned.steps:
        after = effect(states[-1], step.action, planned.capabilities)
        if isinstance(after, Refusal):
            raise JournalError(
                journal, f"this reconcile would refuse a step of it: {after.message}"
            )
        states.append(after)
    of = Subject(planned.domain, planned.uuid, planned.connect)
    return Task(of, planned.steps, tuple(states))
