"""One measured process: how long it took, how much CPU and memory it needed."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class RunError(Exception):
    """A measured process failed, so its figures mean nothing."""


@dataclass(frozen=True, slots=True)
class Usage:
    """`wall` and `cpu` in seconds, `peak` memory in MiB."""

    wall: float
    cpu: float
    peak: float


def measured(
    module: str, arguments: Sequence[str], environ: Mapping[str, str] | None = None
) -> Usage:
    """Run `python -m module` to its end, in this environment with `environ` added.

    Raises RunError where its exit code is not 0.
    """
    command = (sys.executable, "-m", module, *arguments)
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - modules of this checkout, words of our own
        command,
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RunError(f"{' '.join(command)} ended with {process.returncode}")
    return Usage(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
