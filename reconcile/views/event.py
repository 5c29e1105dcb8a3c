"""Events of a run as a reader is told them."""

from dataclasses import dataclass
from typing import assert_never

from reconcile.model.action import ActionKind
from reconcile.model.event import DomainEnded, Event, Note, StepBegan, StepEnded, StepProgress
from reconcile.model.identity import DomainId
from reconcile.model.outcome import StepState
from reconcile.model.told_step import Rename, ToldStep, told_at
from reconcile.views.outcome import OutcomeView, outcome_view


@dataclass(frozen=True, slots=True)
class TellingView:
    """How a step is told to people: as step `number` of `total`, where a rename is one step.

    `leads`: it is the first of those that are told as one.
    """

    number: int
    total: int
    rename: Rename | None = None
    leads: bool = True


@dataclass(frozen=True, slots=True)
class StepBeganView:
    """The view of a step that begins, or that begins to be undone; `number` counts from 1."""

    domain: DomainId
    number: int
    total: int
    kind: ActionKind
    snapshot: str
    undoing: bool = False
    telling: TellingView | None = None


@dataclass(frozen=True, slots=True)
class StepEndedView:
    """The view of a step that ended, with the state that the host was seen in."""

    domain: DomainId
    number: int
    total: int
    kind: ActionKind
    snapshot: str
    state: StepState
    rename: Rename | None = None


EventView = StepBeganView | StepProgress | StepEndedView | Note | OutcomeView
"""One event; notes and progress are told as they are, a domain that ended as its outcome."""


def event_view(event: Event) -> EventView:
    """The view of an event, whatever its kind."""
    match event:
        case StepBegan(domain, number, total, action, undoing, told):
            telling = _telling(told, number, undoing=undoing) if told else None
            step = domain, number, total, action.kind, action.snapshot
            return StepBeganView(*step, undoing, telling)
        case StepProgress() | Note():
            return event
        case StepEnded(domain, number, total, action, state, told):
            rename = told[told_at(told, number) - 1].rename if told else None
            step = domain, number, total, action.kind, action.snapshot
            return StepEndedView(*step, state, rename)
        case DomainEnded(outcome):
            return outcome_view(outcome)
    assert_never(event)


def _telling(told: tuple[ToldStep, ...], number: int, *, undoing: bool) -> TellingView:
    at = told_at(told, number)
    step = told[at - 1]
    first = step.last if undoing else step.first
    return TellingView(at, len(told), step.rename, number == first)
