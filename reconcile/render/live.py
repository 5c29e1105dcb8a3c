"""Events on a terminal: one moving line per domain that is worked on, results above them."""

import sys
from threading import Lock
from types import TracebackType
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
from reconcile.render.events import began
from reconcile.render.outcome_text import show_outcome


class _Step(ProgressColumn):
    """The domain and its step: cut where the terminal is narrow, so that the numbers stay whole."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._ellipsis = _draws(console)

    def render(self, task: Task) -> Text:
        """Of one domain."""
        overflow: OverflowMethod = "ellipsis" if self._ellipsis else "crop"
        return Text(task.description, no_wrap=True, overflow=overflow)


class LiveEvents:
    """Step, its time and libvirt's percentage of each running domain, until the domain ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = Lock()
        self._lines: dict[DomainId, TaskID] = {}
        self._progress = Progress(
            SpinnerColumn("dots" if _draws(console) else "line"),
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def tell(self, event: Event) -> None:
        """Show it; several domains may tell at once."""
        with self._lock:
            self._shown(event)

    def _shown(self, event: Event) -> None:
        match event:
            case StepBegan(domain=domain):
                self._begun(domain, f"{safe(domain.name)}  {began(event)}")
            case StepProgress(domain=domain, share=share):
                self._moved(domain, f"{share:.0%}")
            case Note(domain, text):
                said = f"{safe(domain.name)}  {safe(text)}"
                show(self._console, [Text(said, style="dim")])
            case StepEnded(domain=domain):
                self._moved(domain, "")
            case DomainEnded(outcome):
                self._gone(outcome.id)
                show_outcome(self._console, outcome)
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


def _draws(console: Console) -> bool:
    """Whether the terminal can show more than ASCII; an escape would be wider than its sign."""
    return console.encoding.startswith("utf")
