"""The seconds that each step takes, seen from its events."""

import time
from collections.abc import Callable
from dataclasses import replace

from reconcile.model.identity import DomainId
from reconcile.model.outcome import StepState
from reconcile.views.event import EventView, StepBeganView, StepEndedView
from reconcile.views.outcome import OutcomeView, StepOutcomeView

Key = tuple[DomainId, int]


class StepClock:
    """Watches events pass, and adds to a domain's outcome how many seconds its steps took."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began: dict[Key, float] = {}
        self._took: dict[Key, float] = {}

    def see(self, event: EventView) -> EventView:
        """The event, with the seconds of each finished step where it is an outcome."""
        match event:
            case StepBeganView(domain=domain, number=number):
                self._began[(domain, number)] = self._now()
            case StepEndedView(domain=domain, number=number):
                began = self._began.pop((domain, number), None)
                if began is not None:
                    self._took[(domain, number)] = self._now() - began
            case OutcomeView(domain=domain, steps=steps):
                timed = (self._timed(domain, *each) for each in enumerate(steps, 1))
                return replace(event, steps=tuple(timed))
        return event

    def _timed(self, domain: DomainId, number: int, step: StepOutcomeView) -> StepOutcomeView:
        seconds = self._took.pop((domain, number), None)
        return replace(step, seconds=seconds) if step.state is StepState.DONE else step
