"""Outcomes of an apply as a reader is told them: of every step, of every domain, of the run."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from reconcile.model.action import ActionKind
from reconcile.model.identity import DomainId
from reconcile.model.outcome import DomainOutcome, FailedStep, Status, StepOutcome, StepState
from reconcile.model.told_step import Rename, ToldStep, told_steps


@dataclass(frozen=True, slots=True)
class StepOutcomeView:
    """The view of a step and its state; `failed`: the domain's run ended at this step.

    `seconds` is how long the step took, None where nobody looked at the clock.
    """

    kind: ActionKind
    snapshot: str
    state: StepState
    failed: bool = False
    seconds: float | None = None
    rename: Rename | None = None

    @property
    def words(self) -> str:
        """The kind of the step and its snapshot in words, e.g. "rename a to b"."""
        if self.rename is not None:
            return f"rename {self.rename.old} to {self.rename.new}"
        return f"{self.kind} {self.snapshot}"


@dataclass(frozen=True, slots=True)
class FailedStepView:
    """The view of a step that failed, or could not be undone, and why; `number` is from 1."""

    number: int
    kind: ActionKind
    snapshot: str
    undoing: bool
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """The view of one domain's end: its steps, what is to be noted, and what to do about it."""

    domain: DomainId
    status: Status
    steps: tuple[StepOutcomeView, ...] = ()
    notes: tuple[str, ...] = ()
    remedy: str | None = None
    failures: tuple[FailedStepView, ...] = ()


@dataclass(frozen=True, slots=True)
class RunView:
    """The view of all domains of a run, with the exit code of the run."""

    domains: tuple[OutcomeView, ...]
    exit_code: int

    @property
    def counts(self) -> tuple[tuple[Status, int], ...]:
        """The number of domains that ended in each way, in the order of the ways, without zeros."""
        found = Counter(each.status for each in self.domains)
        return tuple((status, found[status]) for status in Status if found[status])


def outcome_view(outcome: DomainOutcome) -> OutcomeView:
    """The view of one domain's end."""
    steps = tuple(_steps(outcome))
    failures = tuple(map(_failure, outcome.failures))
    return OutcomeView(outcome.id, outcome.status, steps, outcome.notes, outcome.remedy, failures)


def run_view(outcomes: Iterable[DomainOutcome], exit_code: int) -> RunView:
    """The view of a run."""
    return RunView(tuple(map(outcome_view, outcomes)), exit_code)


def _failure(failed: FailedStep) -> FailedStepView:
    action = failed.step.action
    return FailedStepView(failed.number, action.kind, action.snapshot, failed.undoing, failed.why)


def _steps(outcome: DomainOutcome) -> Iterator[StepOutcomeView]:
    for told in told_steps([each.step for each in outcome.steps]):
        for each in outcome.steps[told.first - 1 : told.last]:
            yield _step(each, told)


def _step(outcome: StepOutcome, told: ToldStep) -> StepOutcomeView:
    action, rename = outcome.step.action, told.rename
    return StepOutcomeView(
        action.kind, action.snapshot, outcome.state, outcome.failed, rename=rename
    )


def for_people(steps: Iterable[StepOutcomeView]) -> tuple[StepOutcomeView, ...]:
    """The steps, where those of a rename are one; by their actions where they ended differently."""
    found: list[StepOutcomeView] = []
    for rename, group in groupby(steps, key=lambda step: step.rename):
        parts = tuple(group)
        alike = len({(each.state, each.failed) for each in parts}) == 1
        if rename is None or not alike:
            found.extend(replace(each, rename=None) for each in parts)
            continue
        times = [each.seconds for each in parts if each.seconds is not None]
        found.append(replace(parts[0], seconds=sum(times) if times else None))
    return tuple(found)
