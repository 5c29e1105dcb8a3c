"""One domain's plan, step by step: act, then look, and at the end plan again."""

from dataclasses import dataclass

from reconcile.apply.perform import perform
from reconcile.apply.stale import moved
from reconcile.apply.verify import deviations
from reconcile.errors import HostError, ReconcileError
from reconcile.host.connection import DomainHandle
from reconcile.model.domain import Domain
from reconcile.model.outcome import DomainOutcome, Status, StepOutcome, StepState
from reconcile.model.plan import DomainPlan, Reason, Step
from reconcile.observe.domain import observe_domain
from reconcile.planning.jobs import Job
from reconcile.planning.plans import plan_job

PLAN_AGAIN = "look at `reconcile plan`, then apply again"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a domain's run ended early, and whether the failed step may have changed the host."""

    state: StepState
    notes: tuple[str, ...]


def apply_domain(job: Job, plan: DomainPlan) -> DomainOutcome:
    """Execute one domain's plan. Every error ends in the outcome, none escapes."""
    if plan.refusals:
        notes = tuple(f"{each.snapshot or ''} {each.message}".strip() for each in plan.refusals)
        return _ended(plan, Status.BLOCKED, notes, "see the refusals of the plan")
    try:
        return _checked(job, plan)
    except ReconcileError as error:
        return _ended(plan, Status.FAILED, (error.message,), error.remedy)


def _checked(job: Job, plan: DomainPlan) -> DomainOutcome:
    """Nothing is touched before the host is known to be writable and as it was."""
    domain = job.host.domain(job.ref)
    domain.require_write()
    notes = moved(plan.observed, observe_domain(domain))
    if notes:
        return stale(plan, notes)
    if not plan.steps:
        return _ended(plan, Status.IN_SYNC)
    return _executed(job, plan, domain)


def stale(plan: DomainPlan, notes: tuple[str, ...]) -> DomainOutcome:
    """The host has moved since the plan was made: nothing of it is done."""
    return _ended(plan, Status.STALE, notes, "plan again and review what moved")


def _executed(job: Job, plan: DomainPlan, domain: DomainHandle) -> DomainOutcome:
    before = plan.observed
    for done, (step, expected) in enumerate(zip(plan.steps, plan.expected, strict=True)):
        failure = _step(domain, step, before, expected)
        if failure is not None:
            return _failed(plan, done, failure)
        before = expected
    return _settled(job, plan)


def _step(domain: DomainHandle, step: Step, before: Domain, expected: Domain) -> Failure | None:
    """Act, then look: what an error left behind is observed, not guessed."""
    try:
        perform(step.action, domain)
    except ReconcileError as error:
        return Failure(_left(domain, before, expected), (error.message,))
    try:
        off = deviations(expected, observe_domain(domain))
    except HostError as error:
        off = (error.message,)
    return Failure(StepState.UNKNOWN, off) if off else None


def _left(domain: DomainHandle, before: Domain, expected: Domain) -> StepState:
    """How far a failed call got, by looking."""
    try:
        observed = observe_domain(domain)
    except HostError:
        return StepState.UNKNOWN
    if not deviations(expected, observed):
        return StepState.DONE
    return StepState.UNKNOWN if deviations(before, observed) else StepState.NOT_STARTED


def _failed(plan: DomainPlan, done: int, failure: Failure) -> DomainOutcome:
    states = [StepState.DONE] * done + [failure.state]
    states += [StepState.NOT_STARTED] * (len(plan.steps) - len(states))
    untouched = set(states) == {StepState.NOT_STARTED}
    status = Status.FAILED if untouched else Status.INCOMPLETE
    return _ended(plan, status, failure.notes, PLAN_AGAIN, states)


def _settled(job: Job, plan: DomainPlan) -> DomainOutcome:
    """Plan again: anything left is an error that says what."""
    states = [StepState.DONE] * len(plan.steps)
    left = _left_over(job)
    if left:
        return _ended(plan, Status.INCOMPLETE, left, PLAN_AGAIN, states)
    return _ended(plan, Status.APPLIED, (), None, states)


def _left_over(job: Job) -> tuple[str, ...]:
    try:
        again = plan_job(job)
    except ReconcileError as error:
        return (f"all steps are done, but the host cannot be looked at: {error.message}",)
    return (
        *(_step_left(step) for step in again.steps if step.reason is not Reason.ALWAYS),
        *(f"{each.snapshot}: {each.message}" for each in again.refusals),
    )


def _step_left(step: Step) -> str:
    return f"{type(step.action).__name__.lower()} {step.action.snapshot} is left"


def _ended(
    plan: DomainPlan,
    status: Status,
    notes: tuple[str, ...] = (),
    remedy: str | None = None,
    states: list[StepState] | None = None,
) -> DomainOutcome:
    reached = states or [StepState.NOT_STARTED] * len(plan.steps)
    steps = tuple(map(StepOutcome, plan.steps, reached))
    observed = plan.observed
    return DomainOutcome(observed.name, observed.uuid, plan.connect, status, steps, notes, remedy)
