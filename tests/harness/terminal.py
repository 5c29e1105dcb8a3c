"""A command in a real terminal: what a person sees, and types."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from fcntl import ioctl
from struct import pack
from termios import TIOCSCTTY, TIOCSWINSZ
from types import TracebackType
from typing import Final, Self

from tests.harness.transcript import ROOT

SECONDS: Final = 60
CTRL_C: Final = "\x03"
CTRL_D: Final = "\x04"


class Terminal:
    """`reconcile` on a pseudo-terminal; a context manager that waits for its end."""

    def __init__(
        self, *arguments: str, columns: int = 100, environ: Mapping[str, str] | None = None
    ) -> None:
        self._master, slave = pty.openpty()
        ioctl(slave, TIOCSWINSZ, pack("HHHH", 40, columns, 0, 0))
        base = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
        self._process = subprocess.Popen(
            (sys.executable, "-m", "reconcile", *arguments),
            env={**base, "PYTHONPATH": str(ROOT), "TERM": "xterm", **(environ or {})},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - it takes no lock of another thread
        )
        os.close(slave)
        self.shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._master)

    def wait_for(self, text: str) -> None:
        """Read until the text is shown. Fails when the command ends or is silent before."""
        deadline = time.monotonic() + SECONDS
        while text not in self.shown:
            assert time.monotonic() < deadline, self.shown
            assert self._read(), self.shown

    def type(self, text: str) -> None:
        """Send keys."""
        os.write(self._master, text.encode())

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        return self._process.wait(SECONDS)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], SECONDS)
        if not ready:
            return False
        try:
            read = os.read(self._master, 65536)
        except OSError:  # the other end is closed
            return False
        self.shown += read.decode().replace("\r\n", "\n")
        return bool(read)


def _take_terminal() -> None:
    """Make Ctrl-C reach the command, also where the tests run in the background and ignore it."""
    ioctl(0, TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
