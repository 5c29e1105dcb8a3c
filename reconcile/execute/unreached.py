"""Outcomes of unfinished domains that nobody can reach: by what their journals say alone."""

from reconcile.errors import ReconcileError
from reconcile.journal.history import DomainHistory
from reconcile.journal.records import Direction
from reconcile.model.outcome import DomainOutcome, Status, StepOutcome, StepState
from reconcile.recovery.footprint import created_files

GONE = "the domain does not exist any more, or was defined anew with another UUID"


def as_it_was(history: DomainHistory, error: ReconcileError) -> DomainOutcome:
    """The outcome of a domain whose host cannot be asked: as unfinished as its journal says."""
    steps = tuple(StepOutcome(step, StepState.UNKNOWN) for step in history.planned.steps)
    domain = history.planned.domain
    return DomainOutcome(domain, Status.INCOMPLETE, steps, (error.message,), error.remedy)


def domain_gone(history: DomainHistory) -> DomainOutcome:
    """The outcome of a domain that is gone: no step can be taken; notes name what may be left."""
    cut_off = history.open is not None and history.open.way is Direction.DO
    begun = history.position + cut_off
    actions = [step.action for step in history.planned.steps[:begun]]
    files = [path for action in actions for path in created_files(action)]
    notes = (GONE, *(f"it may have left {path}" for path in files))
    return DomainOutcome(history.planned.domain, Status.GONE, step_outcomes(history), notes)


def step_outcomes(history: DomainHistory) -> tuple[StepOutcome, ...]:
    """The outcome of each step: done, not started, or unknown where its call was cut off."""
    opened = None if history.open is None else history.open.step
    return tuple(
        StepOutcome(step, _state(number, history.position, opened))
        for number, step in enumerate(history.planned.steps)
    )


def _state(number: int, position: int, opened: int | None) -> StepState:
    if number == opened:
        return StepState.UNKNOWN
    return StepState.DONE if number < position else StepState.NOT_STARTED
