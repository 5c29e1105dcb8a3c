"""Events as plain lines and as lines of JSON; how they look on a terminal is `live`'s."""

import json
import time
from threading import Lock
from typing import Any, TextIO, assert_never

from rich.console import Console
from rich.text import Text

from reconcile.model.event import (
    DomainEnded,
    Event,
    Note,
    StepBegan,
    StepEnded,
    StepProgress,
)
from reconcile.model.identity import DomainId
from reconcile.render.console import safe, show
from reconcile.render.outcome_text import domain_result, show_outcome

SECONDS_BETWEEN = 10  # lines about one step's progress, in a log that nobody watches


class PlainEvents:
    """One line when a step begins, one now and then while it runs, a block when a domain ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = Lock()
        self._last: dict[DomainId, float] = {}

    def tell(self, event: Event) -> None:
        """Show it; several domains may tell at once."""
        with self._lock:
            self._shown(event)

    def _shown(self, event: Event) -> None:
        match event:
            case StepBegan():
                self._last[event.domain] = time.monotonic()
                self._line(f"{safe(event.domain.name)}  {began(event)}")
            case StepProgress(domain=domain, number=number, share=share):
                if time.monotonic() - self._last.get(domain, 0) >= SECONDS_BETWEEN:
                    self._last[domain] = time.monotonic()
                    self._line(f"{safe(domain.name)}  step {number}: {share:.0%}")
            case Note(domain, text):
                self._line(f"{safe(domain.name)}  {safe(text)}")
            case StepEnded():
                return
            case DomainEnded(outcome):
                show_outcome(self._console, outcome)
            case _:
                assert_never(event)

    def _line(self, text: str) -> None:
        show(self._console, [Text(text, style="dim")])


def began(event: StepBegan) -> str:
    """A step in words."""
    undoing = "undoing " if event.undoing else ""
    what = f"{event.action.kind} {safe(event.action.snapshot)}"
    return f"{undoing}{event.number}/{event.total} {what}"


class JsonEvents:
    """One object per line, as it happens."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = Lock()

    def tell(self, event: Event) -> None:
        """Write it; several domains may tell at once."""
        text = json.dumps(as_json(event)) + "\n"
        with self._lock:
            self._out.write(text)
            self._out.flush()


def as_json(event: Event) -> dict[str, Any]:
    """The event in the shape of `schemas/apply-events-v1.schema.json`."""
    match event:
        case StepBegan(number=number, total=total, undoing=undoing):
            return {**_step("step-began", event), "total": total, "undoing": undoing}
        case StepEnded(number=number, total=total, state=state):
            return {**_step("step-ended", event), "total": total, "state": str(state)}
        case StepProgress(domain=domain, number=number, share=share):
            where = _domain("step-progress", domain)
            return {**where, "step": number, "percent": round(share * 100, 1)}
        case Note(domain, text):
            return {**_domain("note", domain), "text": text}
        case DomainEnded(outcome):
            return {"event": "domain-ended", **domain_result(outcome)}
    assert_never(event)


def _step(word: str, event: StepBegan | StepEnded) -> dict[str, Any]:
    action = event.action
    what = {"step": event.number, "action": str(action.kind), "snapshot": action.snapshot}
    return {**_domain(word, event.domain), **what}


def _domain(word: str, domain: DomainId) -> dict[str, Any]:
    return {
        "event": word,
        "domain": domain.name,
        "uuid": domain.uuid,
        "connect": domain.host.uri,
    }
