"""The plans of many domains executed: each with its lock, all with the journal of one run."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from reconcile.errors import ReconcileError
from reconcile.execute.context import ExecutionContext
from reconcile.execute.domain_port import DomainPort
from reconcile.execute.domain_run import (
    blocked,
    cut_off,
    execute,
    failed,
    not_begun,
    unmoved,
)
from reconcile.execute.libvirt_domain import LibvirtDomain
from reconcile.execute.record_applied import record_applied
from reconcile.fleet.connections import Connections
from reconcile.fleet.host_plan import plan_on
from reconcile.fleet.host_queue import HostTask
from reconcile.fleet.run import Run
from reconcile.fleet.saved_plan import Prepared
from reconcile.journal.left_behind import LeftDomain
from reconcile.journal.lock import locked
from reconcile.journal.records import Settled
from reconcile.libvirt.connection import Connection
from reconcile.model.desired import DesiredTree, RevertWhen
from reconcile.model.outcome import DomainOutcome, Status
from reconcile.model.plan import DomainPlan, Step
from reconcile.model.target import Target


def apply_all(
    prepared: Sequence[Prepared], connections: Connections, run: Run
) -> tuple[DomainOutcome, ...]:
    """Execute the plans of all domains; outcomes in their order."""
    return run.each([_task(each, connections, run) for each in prepared])


def _task(prepared: Prepared, connections: Connections, run: Run) -> HostTask:
    host = prepared.id.host
    call = partial(_apply, prepared, connections, run)
    return HostTask(host.server, connections.limit(host), call)


def _apply(prepared: Prepared, connections: Connections, run: Run) -> DomainOutcome:
    """One domain. Every error ends in the outcome, none escapes."""
    if isinstance(prepared, DomainOutcome):
        return prepared
    plan = prepared
    if plan.refusals:
        return blocked(plan)
    if run.stop.is_set():
        return not_begun(plan)
    try:
        waiting = run.options.timeout, run.note(plan.id), run.stop.is_set
        with locked(run.store.locks, plan.id.key, *waiting):
            return _applied(plan, connections.of(plan.id.host), run)
    except ReconcileError as error:
        return failed(plan, error)


def _applied(plan: DomainPlan, host: Connection, run: Run) -> DomainOutcome:
    """Nothing is touched before the host is known to be writable and as it was."""
    left = run.left.of(plan.id)
    for each in left:
        if each.history.open is not None:
            return cut_off(plan, each.journal.name, each.history)
    port = LibvirtDomain(host, plan.id, run.options.timeout, run.note(plan.id))
    port.require_write()
    early = unmoved(plan, port.observe())
    if early is not None and early.status is not Status.IN_SYNC:
        return early
    for each in left:
        _take_over(each, run)
    if early is not None:
        return early
    target = Target(plan.id, plan.desired)
    context = ExecutionContext(
        port,
        run.journal(),
        run.tell,
        run.stop.is_set,
        lambda: left_over(target, host, port, run.note(plan.id)),
        run.path_locks(plan.id).hold,
    )
    return execute(plan, context)


def _take_over(left: LeftDomain, run: Run) -> None:
    """What an earlier apply left between two steps is this one's to bring to an end."""
    with run.held(left.journal):
        left.journal.mend()
        why = ("a later apply took over",)
        left.journal.append(Settled(left.history.planned.domain, Status.INCOMPLETE, why))


def left_over(
    target: Target, host: Connection, port: DomainPort, note: Callable[[str], None]
) -> tuple[str, ...]:
    """What a new plan would still do, in words; empty when the domain is as declared.

    Then it is recorded on the host what was applied, for `drift`.
    """
    (again,) = plan_on(host, (replace(target, desired=settled(target.desired)),))
    left = (
        *(_step_left(step) for step in again.steps),
        *(f"{each.snapshot}: {each.message}" for each in again.refusals),
    )
    if not left:
        record_applied(target.desired, again.observed, port, note)
    return left


def settled(desired: DesiredTree) -> DesiredTree:
    """The tree without the revert of `revert: always`, which would be planned for ever."""
    current = desired.current
    if current is None or current.revert is not RevertWhen.ALWAYS:
        return desired
    return replace(desired, current=replace(current, revert=RevertWhen.WHEN_NEEDED))


def _step_left(step: Step) -> str:
    return f"{step.action.kind} {step.action.snapshot} is left"
