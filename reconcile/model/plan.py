"""Plans as data: the steps to take, at what risk, and what is refused. Rendered elsewhere."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from reconcile.model.action import Action
from reconcile.model.desired import DesiredTree, Position
from reconcile.model.domain import Domain
from reconcile.model.file_effects import FileEffects
from reconcile.model.hazard import Hazard
from reconcile.model.identity import DomainId
from reconcile.model.way_out import WayOut, sentence


class Reason(StrEnum):
    """Why a step is in the plan; `place`: a revert to the snapshot that another is taken below."""

    MISSING = "missing"
    CHANGED = "changed"
    ADOPT = "adopt"
    UNDECLARED = "undeclared"
    PLACE = "place"
    CURRENT = "current"
    ALWAYS = "always"
    RENAMED = "renamed"
    CLONED = "cloned"
    LOST = "lost"
    FORGOTTEN = "forgotten"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Change:
    """One compared value that differs. `field` is the manifest's key path, e.g. `description`."""

    field: str
    observed: str | None
    desired: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a plan with what a reviewer needs to judge it.

    `files` says what the action creates, writes, merges and removes; empty where nobody can tell.
    """

    action: Action
    reason: Reason
    changes: tuple[Change, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    inverse: Action | None = None
    files: FileEffects = field(default_factory=FileEffects)

    @property
    def reversible(self) -> bool:
        return self.inverse is not None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A step that must not be taken: a stable code, the rule, and what would lift it.

    `remedy` says in words what `ways` say as data: any one of them will do. `position` is where
    the manifest declares what is refused; None where nobody declared it.
    """

    code: str
    snapshot: str | None
    message: str
    remedy: str
    ways: tuple[WayOut, ...] = ()
    position: Position | None = None

    def with_ways(self, ways: tuple[WayOut, ...]) -> "Refusal":
        """The refusal with these ways out, in words too."""
        return replace(self, ways=ways, remedy=sentence(ways))


@dataclass(frozen=True, slots=True)
class UnfinishedApply:
    """An earlier apply of a domain that nobody brought to an end: its journal.

    `step` is the number, from 1, of the step whose call was cut off; None between two steps.
    """

    journal: str
    step: int | None


@dataclass(frozen=True, slots=True)
class DomainPlan:
    """The plan for one domain: made for `observed`, meant to end as `desired`.

    `expected` holds the simulated domain after each step, in order of `steps`.
    """

    id: DomainId
    desired: DesiredTree
    observed: Domain
    fingerprint: str
    steps: tuple[Step, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    unmanaged: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    expected: tuple[Domain, ...] = ()
    unfinished: tuple[UnfinishedApply, ...] = ()

    @property
    def in_sync(self) -> bool:
        return not self.steps and not self.refusals

    @property
    def atomic(self) -> bool:
        """Whether every step of the plan can be undone."""
        return all(step.reversible for step in self.steps)


@dataclass(frozen=True, slots=True)
class Plan:
    """The plans for all domains of a run. `digest` covers their steps, not how the host looked."""

    domains: tuple[DomainPlan, ...]
    digest: str

    @property
    def in_sync(self) -> bool:
        return all(domain.in_sync for domain in self.domains)

    @property
    def blocked(self) -> bool:
        return any(domain.refusals for domain in self.domains)
