"""Events of a run, in the order they happen: for people, programs and tests to see."""

from dataclasses import dataclass

from reconcile.model.action import Action
from reconcile.model.identity import DomainId
from reconcile.model.outcome import DomainOutcome, StepState
from reconcile.model.told_step import ToldStep


@dataclass(frozen=True, slots=True)
class StepBegan:
    """The event of a step that begins, or that begins to be undone; `number` counts from 1."""

    domain: DomainId
    number: int
    total: int
    action: Action
    undoing: bool = False
    told: tuple[ToldStep, ...] = ()


@dataclass(frozen=True, slots=True)
class StepProgress:
    """The event that tells how far libvirt's job for a step is: `share` goes from 0 to 1."""

    domain: DomainId
    number: int
    share: float


@dataclass(frozen=True, slots=True)
class StepEnded:
    """The event of a step that ended, with the state that the host was seen in."""

    domain: DomainId
    number: int
    total: int
    action: Action
    state: StepState
    told: tuple[ToldStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """The event of something worth a line: a wait, a lost connection, a leftover removed."""

    domain: DomainId
    text: str


@dataclass(frozen=True, slots=True)
class DomainEnded:
    """The event of a domain whose steps are over, with its outcome."""

    outcome: DomainOutcome


Event = StepBegan | StepProgress | StepEnded | Note | DomainEnded
