"""Events as plain lines, for output that is no terminal; `text_live` draws them on one."""

import time
from threading import Lock
from typing import assert_never

from rich.console import Console

from reconcile.model.event import Note, StepProgress
from reconcile.model.identity import DomainId
from reconcile.render.lines import line, show
from reconcile.render.step_clock import StepClock
from reconcile.render.text_outcome import show_outcome
from reconcile.views.event import EventView, StepBeganView, StepEndedView
from reconcile.views.outcome import OutcomeView

SECONDS_BETWEEN = 10  # lines about one step's progress, in a log that nobody watches


class PlainEvents:
    """Events as lines: as a step begins, now and then while it runs, a block as a domain ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = Lock()
        self._clock = StepClock()
        self._last: dict[DomainId, float] = {}
        self._number: dict[DomainId, int] = {}

    def tell(self, event: EventView) -> None:
        """Print an event as a plain line or block; several domains may tell at once."""
        with self._lock:
            self._shown(self._clock.see(event))

    def _shown(self, event: EventView) -> None:
        match event:
            case StepBeganView():
                self._last[event.domain] = time.monotonic()
                self._number[event.domain] = told_number(event)
                if event.telling is None or event.telling.leads:
                    self._line(event.domain, began(event))
            case StepProgress(domain=domain, number=number, share=share):
                if time.monotonic() - self._last.get(domain, 0) >= SECONDS_BETWEEN:
                    self._last[domain] = time.monotonic()
                    told = self._number.get(domain, number)
                    self._line(domain, f"step {told}: {share:.0%}")
            case Note(domain, text):
                self._line(domain, text)
            case StepEndedView():
                return
            case OutcomeView():
                show_outcome(self._console, event)
            case _:
                assert_never(event)

    def _line(self, domain: DomainId, text: str) -> None:
        show(self._console, [line((f"{domain.name}  {text}", "dim"))])


def began(event: StepBeganView) -> str:
    """The words for a step that begins, e.g. "undoing 1/2 create base"."""
    undoing = "undoing " if event.undoing else ""
    total = event.telling.total if event.telling else event.total
    return f"{undoing}{told_number(event)}/{total} {_what(event)}"


def told_number(event: StepBeganView) -> int:
    """The number of the step in the plan as people are told it."""
    return event.telling.number if event.telling else event.number


def _what(event: StepBeganView) -> str:
    rename = event.telling.rename if event.telling else None
    if rename is not None:
        return f"rename {rename.old} to {rename.new}"
    return f"{event.kind} {event.snapshot}"
