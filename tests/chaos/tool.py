"""The command under test on one host: how it is run, where its state lies, what it printed."""

import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.chaos.faults import Moment
from tests.chaos.small import beside
from tests.chaos.victim import words
from tests.harness.command import Ran, reconcile
from tests.harness.transcript import ROOT
from tests.lab.cell import Namespace

SECONDS: Final = 120
CRASHED: Final = 70
"""The exit code of a command that ended with a traceback, or did not end."""


@dataclass(frozen=True, slots=True)
class Tool:
    """`inside`: the cell whose mounts it must see, for files that nobody else sees."""

    uri: str
    state: Path
    inside: Namespace | None = None

    def run(self, *arguments: str | Path) -> Ran:
        """One command, here or in the cell's mounts; a traceback is an answer too."""
        given = tuple(map(str, arguments))
        if self.inside is not None:
            return self._beside(given)
        try:
            return reconcile(*given, uri=self.uri)
        except Exception:  # noqa: BLE001 - it is the finding
            return Ran(CRASHED, "", traceback.format_exc())

    def _beside(self, arguments: tuple[str, ...]) -> Ran:
        command = self._command("reconcile", "-c", self.uri, *arguments)
        try:
            done = subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return Ran(CRASHED, "", f"no end after {SECONDS} s")
        return Ran(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def victim(
        self, moment: Moment, bell: int, arguments: Sequence[str | Path]
    ) -> Iterator["Victim"]:
        """The apply that is hit, in a process of its own; ended with the block, however far."""
        given = ("-c", self.uri, *map(str, arguments))
        command = self._command("tests.chaos.victim", str(bell), words(moment), *given)
        with tempfile.TemporaryFile("w+") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, pass_fds=(bell,)
            )
            try:
                yield Victim(process, output.fileno())
            finally:
                process.kill()
                process.wait()

    def _command(self, module: str, *arguments: str) -> tuple[str, ...]:
        command = (sys.executable, "-m", module, *arguments)
        return command if self.inside is None else beside(self.inside, command)


@dataclass(frozen=True, slots=True)
class Victim:
    """A running apply, and the file that it prints to."""

    process: subprocess.Popen[bytes]
    output: int

    def said(self) -> str:
        """All that it has printed."""
        with Path(f"/proc/self/fd/{self.output}").open(errors="replace") as file:
            return file.read()
