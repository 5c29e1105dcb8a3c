"""Outcomes of a plan: of every step, of every domain, of the run."""

from dataclasses import dataclass
from enum import StrEnum

from reconcile.model.identity import DomainId
from reconcile.model.plan import Step


class StepState(StrEnum):
    """The states that a step of a plan can end in."""

    DONE = "done"
    UNDONE = "undone"
    NOT_STARTED = "not started"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """The ways in which a domain's part of a run can end. `failed`: an error changed nothing.

    `gone`: the domain of an unfinished apply does not exist any more; `abandoned`: somebody chose
    to leave an unfinished apply as it is.
    """

    IN_SYNC = "in sync"
    APPLIED = "applied"
    BLOCKED = "blocked"
    STALE = "stale"
    FAILED = "failed"
    ROLLED_BACK = "rolled back"
    INCOMPLETE = "incomplete"
    GONE = "gone"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """A step of a plan and the state it ended in; `failed`: the domain's run ended at this step."""

    step: Step
    state: StepState
    failed: bool = False


@dataclass(frozen=True, slots=True)
class FailedStep:
    """A step that failed, or that could not be undone, and `why`; `number` counts from 1."""

    step: Step
    number: int
    undoing: bool
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DomainOutcome:
    """The end of one domain's part of a run.

    `notes` are sentences on what moved, failed or is left; `remedy` says what to do about it.
    """

    id: DomainId
    status: Status
    steps: tuple[StepOutcome, ...] = ()
    notes: tuple[str, ...] = ()
    remedy: str | None = None
    failures: tuple[FailedStep, ...] = ()
