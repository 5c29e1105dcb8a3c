"""The process that runs the command on one case after the other, and says what it saw.

A line of JSON for each case: before it that it begins, after it what is wrong, if anything. Memory
is bounded by the kernel. A case that takes too long ends the process: its threads cannot be ended.
"""

import faulthandler
import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import Final

from reconcile.model.exit import Exit
from tests.fuzz.cases import Case, Cases, Format
from tests.fuzz.host_xml import libvirt_holds
from tests.fuzz.sandbox import Sandbox
from tests.harness.command import Ran, reconcile

SECONDS: Final = 5
MEMORY: Final = 2 * 1024**3
HUNG: Final = 75
"""The exit code of a process that gave up a case."""


class StuckError(BaseException):
    """The command did not end in time. No `except Exception` of the command catches it."""


def work(form: Format, seed: int, numbers: range, folder: Path) -> int:
    """Run these cases in this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sandbox = Sandbox(folder)
    sandbox.prepare()
    cases = Cases(form, seed, sandbox)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    for number in numbers:
        print(json.dumps({"case": number}), file=out, flush=True)
        problem = _problem(cases.case(number), sandbox)
        print(json.dumps({"case": number, "problem": problem}), file=out, flush=True)
        if problem is not None and problem.startswith(StuckError.__name__):
            os._exit(HUNG)
    return 0


def _problem(case: Case, sandbox: Sandbox) -> str | None:
    """What is wrong about how the command took it; None where all is well."""
    sandbox.renew()
    case.put()
    if case.reader == "libvirt" and not libvirt_holds(case.command[1]):
        return None
    before = sandbox.outside()
    try:
        ran = _ran(case.command)
    except (StuckError, Exception) as error:  # noqa: BLE001 - it is the finding
        return f"{type(error).__name__} in {_place(error)}: {error}"
    return _wrong(ran) or _changed(before, sandbox.outside())


def _ran(command: tuple[str, ...]) -> Ran:
    """The end of the command. Raises StuckError; where a thread of it is stuck, all is ended."""
    signal.signal(signal.SIGALRM, _stuck)
    signal.alarm(SECONDS)
    faulthandler.dump_traceback_later(2 * SECONDS, exit=True)
    try:
        return reconcile(*command)
    finally:
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()


def _stuck(*_: object) -> None:
    raise StuckError(f"no end after {SECONDS} s")


def _wrong(ran: Ran) -> str | None:
    if ran.code not in set(Exit):
        return f"undocumented exit code {ran.code}"
    if "internal error at" in ran.err:
        return next(line for line in ran.err.splitlines() if "internal error at" in line)
    if "Traceback" in ran.out + ran.err:
        return "a traceback is printed"
    return None


def _changed(before: dict[str, int], after: dict[str, int]) -> str | None:
    if before == after:
        return None
    paths = sorted(dict(before.items() ^ after.items()))
    return f"files outside of the state are changed: {', '.join(Path(each).name for each in paths)}"


def _place(error: BaseException) -> str:
    """The innermost line of the command."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/reconcile/" in frame.filename] or frames
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
