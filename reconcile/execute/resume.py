"""`resume` of one domain: judge the call that was cut off, then finish what was begun."""

from reconcile.errors import ReconcileError
from reconcile.execute.context import ExecutionContext
from reconcile.execute.domain_run import SETTLE, onward, outcome
from reconcile.execute.step_runner import StepRunner
from reconcile.execute.unfinished import GUEST_IS_OFF, goes_without_guest, runner_of, settled
from reconcile.journal.history import DomainHistory
from reconcile.model.hazard import Hazard
from reconcile.model.outcome import DomainOutcome, Status
from reconcile.recovery.call_context import MergeWinner
from reconcile.recovery.powered_off import reverting_again

STALE = "bring the domain back to that, or plan and apply anew: that drops what was left"


def resume(
    history: DomainHistory,
    journal: str,
    context: ExecutionContext,
    winner: MergeWinner | None = None,
) -> DomainOutcome:
    """Finish the steps that an apply began; `winner` decides a merge that nobody else can judge.

    Raises JournalError where the journal cannot be followed.
    """
    runner = runner_of(history, journal, context)
    runner.winner = winner
    ended = settled(history, runner, again=True)
    if ended is not None:
        return ended
    try:
        if goes_without_guest(runner):
            runner.note(GUEST_IS_OFF)
        if Hazard.DISCARDS_GUEST_STATE in history.planned.declared.allow:
            _revert_again(runner)
        found = runner.deviations()
    except ReconcileError as error:
        return outcome(runner, Status.INCOMPLETE, (error.message,), SETTLE)
    if found:
        return outcome(runner, Status.STALE, (*runner.notes, *found), STALE)
    return onward(runner)


def _revert_again(runner: StepRunner) -> None:
    """Go back by one step, a revert, where the guest that it brought back is off since.

    What the guest wrote after it is lost: only where that was allowed. Raises ReconcileError.
    """
    last = runner.position - 1
    if last < 0:
        return
    states, steps = runner.task.states[runner.position :], runner.task.steps[last:]
    left = reverting_again(states, steps, runner.observe(), runner.capabilities)
    if left is None:
        return
    name = steps[0].action.snapshot
    runner.reopen(left, f"the guest is off since the revert to {name}")
    runner.note(f"the guest is off since: reverting to {name} again")
