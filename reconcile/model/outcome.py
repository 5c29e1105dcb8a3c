"""What became of a plan: of every step, of every domain, of the run."""

from dataclasses import dataclass
from enum import StrEnum

from reconcile.model.identity import DomainId
from reconcile.model.plan import Step


class StepState(StrEnum):
    """What became of one step."""

    DONE = "done"
    UNDONE = "undone"
    NOT_STARTED = "not started"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """How a domain ended. `failed`: an error, and nothing was changed.

    `gone`: the domain of an unfinished apply does not exist any more; `abandoned`: somebody chose
    to leave one as it is.
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
    """One step of the plan and what became of it; `failed`: at this one the domain's run ended."""

    step: Step
    state: StepState
    failed: bool = False


@dataclass(frozen=True, slots=True)
class DomainOutcome:
    """What became of one domain.

    `notes` say what moved, failed or is left; `remedy` what to do about it.
    """

    id: DomainId
    status: Status
    steps: tuple[StepOutcome, ...] = ()
    notes: tuple[str, ...] = ()
    remedy: str | None = None
