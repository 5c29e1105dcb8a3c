"""The unfinished domain of an earlier apply: its runner, and the call that was cut off."""

from reconcile.errors import DamagedJournalError, ReconcileError
from reconcile.execute.context import ExecutionContext
from reconcile.execute.domain_run import SETTLE, blame, outcome
from reconcile.execute.step_runner import StepRunner, Steps
from reconcile.journal.history import DomainHistory
from reconcile.journal.records import Direction, Intent, Planned
from reconcile.model.action import Delete, Redefine
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.outcome import DomainOutcome, Status
from reconcile.recovery.powered_off import is_powered_off, without_guest
from reconcile.rules.effect import transition

GUEST_IS_OFF = "the guest is off since: going on without it"


def runner_of(history: DomainHistory, journal: str, context: ExecutionContext) -> StepRunner:
    """A runner at the position where the earlier apply's runner stopped.

    Raises JournalError where the journal cannot be followed.
    """
    steps = _steps(history.planned, journal, context.port.capabilities)
    runner = StepRunner(steps, context)
    runner.at(history.position, dict(history.saved))
    return runner


def _steps(planned: Planned, journal: str, host: Capabilities) -> Steps:
    """The steps with the domain after each: as the journal says, or else as libvirt does them.

    What was begun is not refused any more: the rules may have become stricter since. What the host
    can do it says itself, never the journal.
    """
    states: tuple[Domain, ...] = (planned.observed, *planned.expected)
    try:
        for step in planned.steps[len(planned.expected) :]:
            states = (*states, transition(states[-1], step.action, host))
    except LookupError as error:
        raise DamagedJournalError(
            journal, f"its steps do not follow on one another: {error}"
        ) from error
    return Steps(planned.domain, planned.steps, states)


def settled(history: DomainHistory, runner: StepRunner, *, again: bool) -> DomainOutcome | None:
    """The outcome where the cut-off call cannot be settled; None where steps can be taken.

    `again` makes the call once more where that finishes it.
    """
    if history.open is None:
        return None
    try:
        off = _needs_no_guest(history) and goes_without_guest(runner)
    except ReconcileError as error:
        return _unsettled(runner, history.open, (error.message,))
    failure = runner.settle(history.open, again=again, answered=history.answered)
    if failure is not None:
        return _unsettled(runner, history.open, failure.notes)
    if off:  # told only now: a QEMU that libvirt lost might have held the images
        runner.note(GUEST_IS_OFF)
    return None


def _unsettled(runner: StepRunner, opened: Intent, why: tuple[str, ...]) -> DomainOutcome:
    blame(runner, opened.step, why, undoing=opened.way is Direction.UNDO)
    return outcome(runner, Status.INCOMPLETE, why, SETTLE)


def _needs_no_guest(history: DomainHistory) -> bool:
    """A cut-off delete or redefine is judged, and finished, with the guest on or off."""
    opened = history.open
    if opened is None or opened.way is not Direction.DO:
        return False
    return isinstance(history.planned.steps[opened.step].action, Delete | Redefine)


def goes_without_guest(runner: StepRunner) -> bool:
    """Whether the guest went off since, and the steps that are left can be taken without it.

    The runner then expects the guest to be off. Raises HostError.
    """
    position, task = runner.position, runner.task
    if not is_powered_off(task.states[position], runner.observe()):
        return False
    left = without_guest(task.states[position], task.steps[position:], runner.capabilities)
    if left is None:
        return False
    runner.task = Steps(task.domain, task.steps, (*task.states[:position], *left))
    return True
