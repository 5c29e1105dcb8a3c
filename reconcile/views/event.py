"""Events of a run as a reader is told them."""

from dataclasses import dataclass
from typing import assert_never

from reconcile.model.action import ActionKind
from reconcile.model.event import DomainEnded, Event, Note, StepBegan, StepEnded, StepProgress
from reconcile.model.identity import DomainId
from reconcile.model.outcome import StepState
from reconcile.views.outcome import OutcomeView, outcome_view


@dataclass(frozen=True, slots=True)
class StepBeganView:
    """The view of a step that begins, or that begins to be undone; `number` counts from 1."""

    domain: DomainId
    number: int
    total: int
    kind: ActionKind
    snapshot: str
    undoing: bool = False


@dataclass(frozen=True, slots=True)
class StepProgressView:
    """The view of how far libvirt's job for a step is: `share` goes from 0 to 1."""

    domain: DomainId
    number: int
    share: float


@dataclass(frozen=True, slots=True)
class StepEndedView:
    """The view of a step that ended, with the state that the host was seen in."""

    domain: DomainId
    number: int
    total: int
    kind: ActionKind
    snapshot: str
    state: StepState


@dataclass(frozen=True, slots=True)
class NoteView:
    """The view of a sentence about a domain that is worth a line."""

    domain: DomainId
    text: str


EventView = StepBeganView | StepProgressView | StepEndedView | NoteView | OutcomeView
"""One event; a domain that ended is told as its outcome."""


def event_view(event: Event) -> EventView:
    """The view of an event, whatever its kind."""
    match event:
        case StepBegan(domain, number, total, action, undoing):
            return StepBeganView(domain, number, total, action.kind, action.snapshot, undoing)
        case StepProgress(domain, number, share):
            return StepProgressView(domain, number, share)
        case StepEnded(domain, number, total, action, state):
            return StepEndedView(domain, number, total, action.kind, action.snapshot, state)
        case Note(domain, text):
            return NoteView(domain, text)
        case DomainEnded(outcome):
            return outcome_view(outcome)
    assert_never(event)
