"""What `apply`, `resume` and `rollback` say while they run and at their end."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from reconcile.cli.terminal import Terminal
from reconcile.execute.context import Tell
from reconcile.model.exit import Exit
from reconcile.model.outcome import DomainOutcome
from reconcile.render.console import console
from reconcile.render.json_events import JsonEvents
from reconcile.render.text_events import PlainEvents
from reconcile.render.text_live import LiveEvents
from reconcile.render.text_outcome import show_run
from reconcile.views.event import EventView, event_view
from reconcile.views.outcome import run_view


@contextmanager
def reporter(terminal: Terminal, form: str) -> Iterator[Tell]:
    """A context that gives a function to show events: as JSON, live on a terminal, or plain."""
    if form == "json":
        yield _told(JsonEvents(sys.stdout).tell)
        return
    shown = console(terminal.color)
    if shown.is_interactive and sys.stdout.isatty():  # colours can be forced into a file too
        with LiveEvents(shown) as live:
            yield _told(live.tell)
    else:
        yield _told(PlainEvents(shown).tell)


def plain_reporter(terminal: Terminal, form: str) -> Tell:
    """A function that shows events as JSON or plain lines; nothing moves, so one can ask."""
    if form == "json":
        return _told(JsonEvents(sys.stdout).tell)
    return _told(PlainEvents(console(terminal.color)).tell)


def _told(tell: Callable[[EventView], None]) -> Tell:
    return lambda event: tell(event_view(event))


def ended(terminal: Terminal, form: str, outcomes: Sequence[DomainOutcome], code: Exit) -> None:
    """Print the result of a run: the count of its domains by status, or the last JSON line."""
    run = run_view(outcomes, code)
    if form == "json":
        JsonEvents(sys.stdout).end(run)
    else:
        show_run(console(terminal.color), run)
