"""Events on a terminal: one moving line per domain that is worked on, results above them."""

import sys
from threading import Lock
from typing import Self, assert_never

from rich.console import Console, OverflowMethod
from rich.progress import (
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from reconcile.model.event import Note, StepProgress
from reconcile.model.identity import DomainId
from reconcile.render.console import draws
from reconcile.render.escape import safe
from reconcile.render.lines import line, show
from reconcile.render.step_clock import StepClock
from reconcile.render.text_events import began
from reconcile.render.text_outcome import show_outcome
from reconcile.views.event import EventView, StepBeganView, StepEndedView
from reconcile.views.outcome import OutcomeView


class _Step(ProgressColumn):
    """The progress column of a domain and its step, cut where the terminal is narrow.

    The numbers behind it stay whole.
    """

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._ellipsis = draws(console)

    def render(self, task: Task) -> Text:
        """The text of one domain's progress line."""
        overflow: OverflowMethod = "ellipsis" if self._ellipsis else "crop"
        return Text(task.description, no_wrap=True, overflow=overflow)


class LiveEvents:
    """The running step of each domain with its time and percentage, until the domain ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = Lock()
        self._clock = StepClock()
        self._lines: dict[DomainId, TaskID] = {}
        self._progress = Progress(
            SpinnerColumn("dots" if draws(console) else "line"),
            _Step(console),
            TimeElapsedColumn(),
            TextColumn("{task.fields[percent]}"),
            console=console,
            transient=True,
            redirect_stderr=sys.stderr.isatty(),  # what goes to a file stays there
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tell(self, event: EventView) -> None:
        """Show an event on the terminal; several domains may tell at once."""
        with self._lock:
            self._shown(self._clock.see(event))

    def _shown(self, event: EventView) -> None:
        match event:
            case StepBeganView(domain=domain):
                self._begun(domain, safe(f"{domain.name}  {began(event)}"))
            case StepProgress(domain=domain, share=share):
                self._moved(domain, f"{share:.0%}")
            case Note(domain, text):
                show(self._console, [line((f"{domain.name}  {text}", "dim"))])
            case StepEndedView(domain=domain):
                self._moved(domain, "")
            case OutcomeView():
                self._gone(event.domain)
                show_outcome(self._console, event)
            case _:
                assert_never(event)

    def _begun(self, domain: DomainId, text: str) -> None:
        """A domain keeps its line from step to step: the others stay where they are."""
        line = self._lines.get(domain)
        if line is None:
            self._lines[domain] = self._progress.add_task(text, total=None, percent="")
        else:
            self._progress.reset(line, description=text, percent="")

    def _moved(self, domain: DomainId, percent: str) -> None:
        line = self._lines.get(domain)
        if line is not None:
            self._progress.update(line, percent=percent)

    def _gone(self, domain: DomainId) -> None:
        line = self._lines.pop(domain, None)
        if line is not None:
            self._progress.remove_task(line)
