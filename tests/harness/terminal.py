"""A command in a real terminal: what a person sees, and types."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from fcntl import ioctl
from struct import pack
from termios import TIOCSCTTY, TIOCSWINSZ
from typing import Final, Self

import pyte

from tests.harness import preloaded
from tests.harness.transcript import ROOT

SECONDS: Final = 60
CTRL_C: Final = "\x03"
CTRL_D: Final = "\x04"
LINES: Final = 40


class Terminal:
    """`reconcile` on a pseudo-terminal; a context manager that waits for its end.

    `program` are arguments of an interpreter that is started in the place of `reconcile`.
    """

    def __init__(
        self,
        *arguments: str,
        columns: int = 100,
        environ: Mapping[str, str] | None = None,
        program: Sequence[str] = (),
    ) -> None:
        self._master, slave = pty.openpty()
        ioctl(slave, TIOCSWINSZ, pack("HHHH", LINES, columns, 0, 0))
        self._data = b""
        self._screen = pyte.Screen(columns, LINES)
        self._stream = pyte.ByteStream(self._screen)
        base = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
        started = (sys.executable, *program) if program else (preloaded.program(),)
        self._process = subprocess.Popen(
            (*started, *arguments),
            env={**base, "PYTHONPATH": str(ROOT), "TERM": "xterm", **(environ or {})},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal if program else None,  # noqa: PLW1509 - it takes no lock of another thread
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._master)

    @property
    def shown(self) -> str:
        """All that was sent to the terminal."""
        return self._data.decode(errors="replace").replace("\r\n", "\n")

    @property
    def picture(self) -> list[str]:
        """What stands on the screen now: its lines without the empty ones."""
        return [line.rstrip() for line in self._screen.display if line.strip()]

    @property
    def cursor(self) -> bool:
        """Whether the cursor is shown."""
        return not self._screen.cursor.hidden

    def wait_for(self, text: str) -> None:
        """Read until the text is sent. Fails when the command ends or is silent before."""
        self.wait_until(lambda: text in self.shown)

    def wait_until(self, reached: Callable[[], bool]) -> None:
        """Read until it is so. Fails when the command ends or is silent before."""
        deadline = time.monotonic() + SECONDS
        while not reached():
            assert time.monotonic() < deadline, "\n".join(self.picture)
            assert self._read(), "\n".join(self.picture)

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
        self._data += read
        self._stream.feed(read)
        return bool(read)


def _take_terminal() -> None:
    """Make Ctrl-C reach the command, also where the tests run in the background and ignore it."""
    ioctl(0, TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
