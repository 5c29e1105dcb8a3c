"""What became of an apply, as it is told: of every step, of every domain, of the run."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reconcile.model.action import ActionKind
from reconcile.model.identity import DomainId
from reconcile.model.outcome import DomainOutcome, Status, StepOutcome, StepState


@dataclass(frozen=True, slots=True)
class StepOutcomeView:
    """One step and what became of it; `failed`: at this one the domain's run ended.

    `seconds` is how long it took, None where nobody looked at the clock.
    """

    kind: ActionKind
    snapshot: str
    state: StepState
    failed: bool = False
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """One domain's end: its steps, what is to be noted, and what to do about it."""

    domain: DomainId
    status: Status
    steps: tuple[StepOutcomeView, ...] = ()
    notes: tuple[str, ...] = ()
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class RunView:
    """All domains of a run, with the exit code that it ends with."""

    domains: tuple[OutcomeView, ...]
    exit_code: int

    @property
    def counts(self) -> tuple[tuple[Status, int], ...]:
        """How many domains ended in which way, in the order of the ways, only those there are."""
        found = Counter(each.status for each in self.domains)
        return tuple((status, found[status]) for status in Status if found[status])


def outcome_view(outcome: DomainOutcome) -> OutcomeView:
    """The view of one domain's end."""
    steps = tuple(map(_step, outcome.steps))
    return OutcomeView(outcome.id, outcome.status, steps, outcome.notes, outcome.remedy)


def run_view(outcomes: Iterable[DomainOutcome], exit_code: int) -> RunView:
    """The view of a run."""
    return RunView(tuple(map(outcome_view, outcomes)), exit_code)


def _step(outcome: StepOutcome) -> StepOutcomeView:
    action = outcome.step.action
    return StepOutcomeView(action.kind, action.snapshot, outcome.state, outcome.failed)
