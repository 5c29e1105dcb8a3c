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
class StepEndedView:
    """The view of a step that ended, with the state that the host was seen in."""

    domain: DomainId
    number: int
    total: int
    kind: ActionKind
    snapshot: str
    state: StepState


EventView = StepBeganView | StepProgress | StepEndedView | Note | OutcomeView
"""One event; notes and progress are told as they are, a domain that ended as its outcome."""


def event_view(event: Event) -> EventView:
    """The view of an event, whatever its kind."""
    match event:
        case StepBegan(domain, number, total, action, undoing):
            return StepBeganView(domain, number, total, action.kind, action.snapshot, undoing)
        case StepProgress() | Note():
            return event
        case StepEnded(domain, number, total, action, state):
            return StepEndedView(domain, number, total, action.kind, action.snapshot, state)
        case DomainEnded(outcome):
            return outcome_view(outcome)
    assert_never(event)
