"""What happens while a plan is applied, as it happens: for people, programs and tests to see."""

from dataclasses import dataclass

from reconcile.model.action import Action
from reconcile.model.identity import DomainId
from reconcile.model.outcome import DomainOutcome, StepState


@dataclass(frozen=True, slots=True)
class StepBegan:
    """A step is on its way; `number` counts from 1."""

    domain: DomainId
    number: int
    total: int
    action: Action
    undoing: bool = False


@dataclass(frozen=True, slots=True)
class StepProgress:
    """How far libvirt's job is, from 0 to 1."""

    domain: DomainId
    number: int
    share: float


@dataclass(frozen=True, slots=True)
class StepEnded:
    """The step's state, found by looking."""

    domain: DomainId
    number: int
    total: int
    action: Action
    state: StepState


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth a line: a wait, a lost connection, a leftover removed."""

    domain: DomainId
    text: str


@dataclass(frozen=True, slots=True)
class DomainEnded:
    """The domain is done with."""

    outcome: DomainOutcome


Event = StepBegan | StepProgress | StepEnded | Note | DomainEnded
