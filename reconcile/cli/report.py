"""What `apply`, `resume` and `rollback` say while they run and at their end."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reconcile.cli.terminal import Terminal
from reconcile.execute.step_runner import Tell
from reconcile.model.exit import Exit
from reconcile.model.outcome import DomainOutcome
from reconcile.render.console import console
from reconcile.render.events import JsonEvents, PlainEvents
from reconcile.render.live import LiveEvents
from reconcile.render.outcome_text import result, show_outcomes


@contextmanager
def reporter(terminal: Terminal, form: str) -> Iterator[Tell]:
    """Events as lines of JSON, live on a terminal, else as plain lines."""
    if form == "json":
        yield JsonEvents(sys.stdout).tell
        return
    shown = console(terminal.color)
    if shown.is_interactive and sys.stdout.isatty():  # colours can be forced into a file too
        with LiveEvents(shown) as live:
            yield live.tell
    else:
        yield PlainEvents(shown).tell


def ended(terminal: Terminal, form: str, outcomes: Sequence[DomainOutcome], code: Exit) -> None:
    """The last words."""
    if form == "json":
        sys.stdout.write(json.dumps({"event": "result", **result(outcomes, code)}) + "\n")
    else:
        show_outcomes(console(terminal.color), outcomes)
