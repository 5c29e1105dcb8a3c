"""`rollback` of one domain: judge the call that was cut off, then undo what was begun."""

from reconcile.execute.context import ExecutionContext
from reconcile.execute.domain_run import backward
from reconcile.execute.unfinished import runner_of, settled
from reconcile.journal.history import DomainHistory
from reconcile.model.action import Revert
from reconcile.model.outcome import DomainOutcome


def rollback(history: DomainHistory, journal: str, context: ExecutionContext) -> DomainOutcome:
    """Undo the steps that an apply took. Raises JournalError for a journal that makes no sense."""
    runner = runner_of(history, journal, context)
    ended = settled(history, runner, again=_must_be_finished(history))
    return ended or backward(runner, runner.notes, touched=True)


def _must_be_finished(history: DomainHistory) -> bool:
    """Half a delete or redefine is no tree to go back from; half a revert only stops a guest."""
    if history.open is None:
        return False
    return not isinstance(history.planned.steps[history.open.step].action, Revert)
