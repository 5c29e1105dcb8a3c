"""Workers started, watched and replaced: a case that hangs or crashes is a finding, no end."""

import json
import os
import re
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from tests.fuzz.cases import Format
from tests.fuzz.worker import HUNG, SECONDS
from tests.harness.transcript import ROOT

PATIENCE: Final = 4 * SECONDS
"""Seconds without a word after which a worker is killed: its own clocks did not reach it."""


class WorkerError(Exception):
    """A worker ended between two cases, which is a fault of the fuzzer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A case that the command did not take well."""

    number: int
    problem: str


def findings(form: Format, seed: int, numbers: range) -> Iterator[Finding]:
    """Every case of these numbers that something is wrong with, in order."""
    left = numbers
    while left:
        reached = left.start
        for number, problem in _worker(form, seed, left):
            reached = number + 1
            if problem is not None:
                yield Finding(number, problem)
        left = range(reached, numbers.stop)


def _worker(form: Format, seed: int, numbers: range) -> Iterator[tuple[int, str | None]]:
    """What one worker says of each case, until all are done or it is gone."""
    command = (sys.executable, "-m", "tests.fuzz", "--format", form, "--seed", str(seed))
    with (
        tempfile.TemporaryDirectory(dir=_memory()) as folder,
        tempfile.TemporaryFile("w+") as errors,
    ):
        own = ("--worker", folder, "--from", str(numbers.start), "--cases", str(len(numbers)))
        process = subprocess.Popen(
            (*command, *own), cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, env=_environ()
        )
        assert process.stdout is not None  # it is a pipe
        running: int | None = None
        with process.stdout as out:
            for line in map(json.loads, _lines(out)):
                running = None if "problem" in line else line["case"]
                if running is None:
                    yield line["case"], line["problem"]
        process.kill()
        code = process.wait()
        errors.seek(0)
        said = errors.read()
        if running is None and code not in {0, HUNG}:
            raise WorkerError(said)
        if running is not None:
            yield running, f"the process is gone with {code}{_place(said)}"


def _place(stacks: str) -> str:
    """The innermost line of the command in the threads' stacks, where the process printed them."""
    found = re.search(r'File ".*/(reconcile/.+)", line (\d+) in', stacks)
    return f" in {found[1]}:{found[2]}" if found else ""


def _lines(out: IO[bytes]) -> Iterator[bytes]:
    """Lines as they come, for as long as they come."""
    waiting = b""
    with selectors.DefaultSelector() as selector:
        selector.register(out, selectors.EVENT_READ)
        while selector.select(PATIENCE):
            data = os.read(out.fileno(), 65536)
            if not data:
                return
            *whole, waiting = (waiting + data).split(b"\n")
            yield from whole


def _memory() -> str | None:
    """A folder in memory where there is one: thousands of cases make and remove their state."""
    shared = Path("/dev/shm")  # noqa: S108 - a folder is made in it, with a name of its own
    return str(shared) if os.access(shared, os.W_OK) else None


def _environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
