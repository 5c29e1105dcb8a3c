"""A moving line on a terminal while hosts are read: many seconds of silence look like a hang."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from reconcile.render.console import draws

SECONDS_OF_SILENCE = 2.0
READING = "reading the hosts"


@contextmanager
def waiting(console: Console, silence: float = SECONDS_OF_SILENCE) -> Iterator[None]:
    """Show for how long hosts have been read, from `silence` seconds on, and nothing afterwards.

    Files and pipes get nothing.
    """
    if not console.is_interactive:
        yield
        return
    line = _line(console)
    ended = Event()
    shown = Thread(target=_show, args=(line, ended, silence), name="waiting", daemon=True)
    shown.start()
    try:
        yield
    finally:
        ended.set()
        shown.join()


def _line(console: Console) -> Progress:
    """The line, which leaves alone what else is written meanwhile."""
    line = Progress(
        SpinnerColumn("dots" if draws(console) else "line"),
        TextColumn(READING),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    line.add_task(READING, total=None)
    return line


def _show(line: Progress, ended: Event, silence: float) -> None:
    if not ended.wait(silence):
        with line:
            ended.wait()
