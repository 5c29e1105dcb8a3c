"""The records of a journal, in the order they are written; one line of JSON each."""

from dataclasses import dataclass, field
from enum import StrEnum

from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.identity import DomainId
from reconcile.model.outcome import Status, StepState
from reconcile.model.plan import Step
from reconcile.recovery.call_context import Baseline

FORMAT = 2  # of what is written; changes when an older reader would misread it


@dataclass(frozen=True, slots=True)
class Begun:
    """The first record: who runs, and since when (UTC, ISO 8601). `plan` is a saved plan's id."""

    format: int
    tool: str
    started: str
    pid: int
    host: str
    user: str
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """The record of a domain and all steps planned for it, before the first of them.

    `expected` is the domain after each step; empty where the journal does not say it.
    `capabilities` are for people: what a host can do is asked of the host.
    """

    domain: DomainId
    capabilities: Capabilities
    declared: DesiredTree
    observed: Domain
    steps: tuple[Step, ...]
    expected: tuple[Domain, ...] = ()


class Direction(StrEnum):
    """Whether a step is done or undone."""

    DO = "do"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Intent:
    """The record before a call: the number of its step, from 0, and whether that is done or undone.

    `seen` is what the host showed then: it tells a call that did nothing from one that did all, or
    a part. `saved` is the XML, without secrets, of the snapshot that a redefine is about to
    change.
    """

    domain: DomainId
    step: int
    way: Direction
    seen: Baseline = field(default_factory=Baseline)
    saved: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The record after a call was judged; `position` is how many steps are in effect then."""

    domain: DomainId
    step: int
    way: Direction
    state: StepState
    position: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """The record of a call that failed halfway, as libvirt, which lived through it, said itself."""

    domain: DomainId
    step: int
    way: Direction


@dataclass(frozen=True, slots=True)
class Settled:
    """The last record of a domain: no step of it is left to resume or to roll back."""

    domain: DomainId
    status: Status
    notes: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Finished:
    """The last record of a journal: every domain in the journal is settled."""


DomainRecord = Intent | Answered | Ended | Settled
Record = Begun | Planned | DomainRecord | Finished
