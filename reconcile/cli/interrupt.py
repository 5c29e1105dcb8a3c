"""Ctrl-C and SIGTERM while hosts are changed: the running call ends, then each domain is undone."""

import signal
import sys
from threading import Event
from types import FrameType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """A context manager that turns Ctrl-C and SIGTERM into a request to stop the run."""

    def __init__(self, stop: Event) -> None:
        self.came = False
        self._stop = stop
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        for each in SIGNALS:
            self._before[each] = signal.signal(each, self._serve)
        return self

    def __exit__(self, *_: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)  # type: ignore[arg-type] # as it was given to us

    def _serve(self, _number: int, _frame: FrameType | None) -> None:
        """A second one changes nothing: libvirt finishes a call whether anybody waits or not."""
        word = "still waiting" if self.came else "interrupted: waiting"
        sys.stderr.write(f"{word} for the running calls, then undoing\n")
        self.came = True
        self._stop.set()
