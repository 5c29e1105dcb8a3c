"""Events as lines of JSON: `schemas/apply-events-v1.schema.json`."""

import json
from threading import Lock
from typing import Any, TextIO, assert_never

from reconcile.model.event import Note, StepProgress
from reconcile.model.identity import DomainId
from reconcile.render.escape import neutral_json
from reconcile.render.json_outcome import outcome_json, rename_json, run_json
from reconcile.views.event import EventView, StepBeganView, StepEndedView
from reconcile.views.outcome import OutcomeView, RunView

Json = dict[str, Any]


class JsonEvents:
    """Events as JSON objects, one a line as they happen; the result of the run is the last."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = Lock()

    def tell(self, event: EventView) -> None:
        """Write an event as a line of JSON; several domains may tell at once."""
        self._write(event_json(event))

    def end(self, run: RunView) -> None:
        """Write the result of the run as the last line of JSON."""
        self._write({"event": "result", **run_json(run)})

    def _write(self, found: Json) -> None:
        text = neutral_json(json.dumps(found)) + "\n"
        with self._lock:
            self._out.write(text)
            self._out.flush()


def event_json(event: EventView) -> Json:
    """An event as a JSON object of `schemas/apply-events-v1.schema.json`."""
    match event:
        case StepBeganView():
            rename = event.telling.rename if event.telling else None
            said = {**_step("step-began", event), "undoing": event.undoing}
            return {**said, **rename_json(rename)}
        case StepEndedView():
            said = {**_step("step-ended", event), "state": str(event.state)}
            return {**said, **rename_json(event.rename)}
        case StepProgress(domain, number, share):
            percent = round(share * 100, 1)
            return {**_domain("step-progress", domain), "step": number, "percent": percent}
        case Note(domain, text):
            return {**_domain("note", domain), "text": text}
        case OutcomeView():
            return {"event": "domain-ended", **outcome_json(event)}
    assert_never(event)


def _step(word: str, event: StepBeganView | StepEndedView) -> Json:
    what = {"step": event.number, "action": str(event.kind), "snapshot": event.snapshot}
    return {**_domain(word, event.domain), **what, "total": event.total}


def _domain(word: str, domain: DomainId) -> Json:
    return {
        "event": word,
        "domain": domain.name,
        "uuid": domain.uuid,
        "connect": domain.host.uri,
        "host": domain.host.server,
    }
