"""Events on a terminal: one moving line per domain that is worked on, results above them."""

from threading import Lock
from types import TracebackType
from typing import Self, assert_never

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from reconcile.model.event import DomainEnded, Event, StepBegan, StepEnded, StepProgress, Told
from reconcile.render.console import safe, show
from reconcile.render.events import began
from reconcile.render.outcome import show_outcome


class LiveEvents:
    """Step, elapsed time and libvirt's percentage of each running domain, until it ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = Lock()
        self._lines: dict[tuple[str, str], TaskID] = {}
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
            TextColumn("{task.fields[percent]}"),
            console=console,
            transient=True,
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
            case StepBegan(subject=subject):
                self._gone((subject.connect, subject.uuid))
                text = f"{safe(subject.domain)}  {began(event)}"
                line = self._progress.add_task(text, total=None, percent="")
                self._lines[(subject.connect, subject.uuid)] = line
            case StepProgress(subject=subject, share=share):
                moving = self._lines.get((subject.connect, subject.uuid))
                if moving is not None:
                    self._progress.update(moving, percent=f"{share:.0%}")
            case Told(subject, text):
                said = f"{safe(subject.domain)}  {safe(text)}"
                show(self._console, [Text(said, style="dim")])
            case StepEnded(subject=subject):
                self._gone((subject.connect, subject.uuid))
            case DomainEnded(outcome):
                self._gone((outcome.connect, outcome.uuid))
                show_outcome(self._console, outcome)
            case _:
                assert_never(event)

    def _gone(self, key: tuple[str, str]) -> None:
        line = self._lines.pop(key, None)
        if line is not None:
            self._progress.remove_task(line)
