"""Interruption by a signal, at any moment, without an exception in the middle of anything.

A signal only leaves a note and ends the command that runs now. The demo looks at the note between
its steps, so that whatever it has begun to set up is known, and cleared away, when it stops.
"""

import os
import signal
import subprocess
from contextlib import suppress
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class InterruptedDemoError(Exception):
    """The demo was asked to stop."""


class Interruption:
    """Whether a signal has asked the demo to stop, and the command to end when it does."""

    __slots__ = ("_running", "_signal")

    def __init__(self) -> None:
        self._signal = 0
        self._running: subprocess.Popen[str] | None = None

    @property
    def exit_code(self) -> int:
        """What a shell says of a program that this signal ended; 0 when there was none."""
        return self._signal and 128 + self._signal

    def listen(self) -> None:
        """Take the signals from now on."""
        for number in SIGNALS:
            signal.signal(number, self._note)

    def ignore(self) -> None:
        """Take no signal any more: for the end, when all is cleared away."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def check(self) -> None:
        """Raise `InterruptedDemoError` if a signal has come."""
        if self._signal:
            raise InterruptedDemoError(signal.Signals(self._signal).name)

    def ends(self, process: subprocess.Popen[str]) -> None:
        """Name the process, leader of its group, that a signal ends from now on."""
        self._running = process
        if self._signal:
            self.end_running()

    def end_running(self) -> None:
        """End the running command with all that it has started."""
        if self._running is not None and self._running.returncode is None:
            with suppress(ProcessLookupError):  # it has just ended by itself
                os.killpg(self._running.pid, signal.SIGKILL)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._signal = number
        self.end_running()
