"""One domain's plan from the lock to the outcome: check, act, undo what failed, plan again."""

from reconcile.errors import ReconcileError
from reconcile.execute.context import ExecutionContext
from reconcile.execute.step_runner import StepFailure, StepRunner, Steps
from reconcile.journal.history import DomainHistory
from reconcile.journal.records import Planned, Settled
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.outcome import DomainOutcome, FailedStep, Status, StepOutcome, StepState
from reconcile.model.plan import DomainPlan
from reconcile.recovery.stale import moved

PLAN_AGAIN = "look at `reconcile plan`, then apply again"
SETTLE = "run `reconcile resume` to finish it, or `reconcile rollback` to undo it"


def blocked(plan: DomainPlan) -> DomainOutcome:
    """The outcome where the plan holds refusals: no step is taken."""
    notes = tuple(f"{each.snapshot or ''} {each.message}".strip() for each in plan.refusals)
    return ended(plan, Status.BLOCKED, notes, "see the refusals of the plan")


def stale(plan: DomainPlan, notes: tuple[str, ...]) -> DomainOutcome:
    """The outcome where the host has moved since the plan was made: no step is taken."""
    return ended(plan, Status.STALE, notes, "plan again and review what moved")


def failed(plan: DomainPlan, error: ReconcileError) -> DomainOutcome:
    """The outcome of an error before the first step: the domain was not changed."""
    return ended(plan, Status.FAILED, (error.message,), error.remedy)


def not_begun(plan: DomainPlan) -> DomainOutcome:
    """The outcome where something stopped the run before this domain's turn."""
    return ended(plan, Status.FAILED, ("not begun: the run was stopped",), "apply again")


def cut_off(plan: DomainPlan, journal: str, history: DomainHistory) -> DomainOutcome:
    """The outcome where an earlier apply was cut off inside a call, which must be settled first."""
    intent = history.open
    step = "" if intent is None else f" in step {intent.step + 1}"
    return ended(
        plan, Status.INCOMPLETE, (f"an earlier apply was cut off{step}: {journal}",), SETTLE
    )


def unmoved(plan: DomainPlan, observed: Domain) -> DomainOutcome | None:
    """An outcome where there is nothing to do or the host has moved, None where steps may begin."""
    notes = moved(plan.observed, observed)
    if notes:
        return stale(plan, notes)
    return None if plan.steps else ended(plan, Status.IN_SYNC)


def execute(plan: DomainPlan, context: ExecutionContext) -> DomainOutcome:
    """Take every step of a plan, or undo them where one fails. Every error ends in the outcome."""
    task = Steps(plan.id, plan.steps, (plan.observed, *plan.expected))
    try:
        context.log.append(_planned(plan, context.port.capabilities))
    except ReconcileError as error:
        return failed(plan, error)
    return onward(StepRunner(task, context))


def _planned(plan: DomainPlan, capabilities: Capabilities) -> Planned:
    return Planned(plan.id, capabilities, plan.desired, plan.observed, plan.steps, plan.expected)


def onward(runner: StepRunner) -> DomainOutcome:
    """Take the steps that are left; where one fails, undo as far as steps can be undone."""
    failure = runner.forward()
    if failure is None:
        return _arrived(runner)
    if runner.failed is not None:
        blame(runner, runner.failed, failure.notes, undoing=False)
    return _undone(runner, failure)


def blame(runner: StepRunner, number: int, why: tuple[str, ...], *, undoing: bool) -> None:
    """Keep for the outcome that a step failed, or could not be undone, and why."""
    step = runner.task.steps[number]
    runner.failures = (
        *runner.failures,
        FailedStep(step, number + 1, undoing, tuple(dict.fromkeys(why))),
    )


def _arrived(runner: StepRunner) -> DomainOutcome:
    """Plan again: anything left is an error that says what."""
    try:
        left = runner.context.left()
    except ReconcileError as error:
        left = (f"all steps are done, but the host cannot be looked at: {error.message}",)
    status = Status.INCOMPLETE if left else Status.APPLIED
    return _settled(runner, status, left, PLAN_AGAIN if left else None)


def _undone(runner: StepRunner, failure: StepFailure) -> DomainOutcome:
    if not failure.undoable:
        return outcome(runner, Status.INCOMPLETE, failure.notes, SETTLE)
    touched = runner.position > 0
    return backward(runner, failure.notes, touched=touched, remedy=failure.remedy)


def backward(
    runner: StepRunner, why: tuple[str, ...], *, touched: bool, remedy: str | None = None
) -> DomainOutcome:
    """Undo the steps in effect, last first, as far as they can be undone.

    `why` says what made it necessary and `remedy` what to do about that, where it is known;
    `touched`: whether anything was in effect.
    """
    failure = runner.back()
    if failure is not None:
        blame(runner, runner.position - 1, failure.notes, undoing=True)
        return outcome(runner, Status.INCOMPLETE, (*why, *failure.notes), SETTLE)
    try:
        new = (each for each in runner.deviations() if each not in why)
        notes = (*why, *(f"afterwards, {each}" for each in new))
    except ReconcileError as error:
        notes = (*why, f"the host cannot be looked at: {error.message}")
    status = Status.ROLLED_BACK if touched else Status.FAILED
    cause = remedy if notes == why else None
    return _settled(runner, status, tuple(dict.fromkeys(notes)), cause or PLAN_AGAIN)


def _settled(
    runner: StepRunner, status: Status, notes: tuple[str, ...], remedy: str | None
) -> DomainOutcome:
    """Nothing is left to resume: also where the plan was followed and the host says otherwise."""
    try:
        runner.context.log.append(Settled(runner.task.domain, status, notes))
    except ReconcileError as error:
        notes = (*notes, error.message)
    return outcome(runner, status, notes, remedy)


def outcome(
    runner: StepRunner, status: Status, notes: tuple[str, ...], remedy: str | None
) -> DomainOutcome:
    """The outcome of a domain, with the state of each of its runner's steps."""
    reached = tuple(
        StepOutcome(step, runner.states.get(number, StepState.NOT_STARTED), number == runner.failed)
        for number, step in enumerate(runner.task.steps)
    )
    said = tuple(dict.fromkeys((*notes, *runner.kept)))
    return DomainOutcome(runner.task.domain, status, reached, said, remedy, runner.failures)


def ended(
    plan: DomainPlan, status: Status, notes: tuple[str, ...] = (), remedy: str | None = None
) -> DomainOutcome:
    """The outcome of a domain of which no step was taken."""
    steps = tuple(StepOutcome(step, StepState.NOT_STARTED) for step in plan.steps)
    return DomainOutcome(plan.id, status, steps, notes, remedy)
