"""Plays a story: runs each command in a shell, shows it with its output, and checks its end.

Between the story, which is data, and `__main__`, which prepares the host. Stops at the first
command that does not end as told, since all that follows would mislead.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from examples.demo.interruption import Interruption
from examples.demo.story import Stage, Step

# qemu-io says so, and in some releases ends with 0 all the same.
WRONG_DATA: Final = "verification failed"
BASH: Final = "/bin/bash"
BOLD: Final = "\033[1m{}\033[0m"


class DemoError(Exception):
    """A command did not end as the story tells."""


@dataclass(frozen=True, slots=True)
class Player:
    """Plays stages in one environment, until interrupted."""

    environ: Mapping[str, str]
    interruption: Interruption

    def play(self, number: int, stage: Stage) -> None:
        """Play one stage. Raises `DemoError` or `InterruptedDemoError` at the first bad end."""
        say(f"\n━━ {number}. {stage.title} ━━", bold=True)
        for line in stage.says.splitlines():
            say(f"# {line}")
        for step in stage.steps:
            self._play(step)

    def _play(self, step: Step) -> None:
        say("")
        say(f"$ {step.command}", bold=True)
        code, output = self._run(step.command)
        self.interruption.check()
        if code:
            say(f"# exit code {code}")
        check(step, code, output)

    def _run(self, command: str) -> tuple[int, str]:
        """Run a command, show its output as it comes; its exit code and output."""
        with subprocess.Popen(  # noqa: S603 - the story's own commands
            (BASH, "-o", "pipefail", "-c", command),
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        ) as process:
            self.interruption.ends(process)
            assert process.stdout is not None  # noqa: S101 - a pipe, as the type checker cannot see
            lines = [say(line) for line in without_end_blanks(process.stdout)]
        return process.returncode, "\n".join(lines)


def check(step: Step, code: int, output: str) -> None:
    """Raise `DemoError` unless a step's exit code and output are as told."""
    if code != step.code:
        raise DemoError(f"{step.command!r} ended with {code}, not {step.code} as told")
    absent = [text for text in step.shows if text not in output]
    if absent:
        raise DemoError(f"{step.command!r} does not show {absent[0]!r} as told")
    present = [text for text in (*step.hides, WRONG_DATA) if text in output]
    if present:
        raise DemoError(f"{step.command!r} shows {present[0]!r}")


def say(line: str, *, bold: bool = False) -> str:
    """Print a line at once, bold only on a terminal that wants it; returns it."""
    plain = not (bold and sys.stdout.isatty()) or "NO_COLOR" in os.environ
    sys.stdout.write((line if plain else BOLD.format(line)) + "\n")
    sys.stdout.flush()
    return line


def without_end_blanks(lines: Iterable[str]) -> Iterator[str]:
    """The lines of an output without their ends, and without the empty lines at its end."""
    blanks = 0
    for line in (line.rstrip() for line in lines):
        if line:
            yield from [""] * blanks
            yield line
        blanks = 0 if line else blanks + 1
