"""An apply that is hit: `python -m tests.chaos.victim FAULT ARGUMENTS...`, FAULT as JSON.

    {"kill": "tool" | "daemon" | "guest", "pid": N, "guest": NAME,
     "where": "record" | "call", "number": N, "after": SECONDS}

With `record` the process is killed before (`after` 0) or after the n-th write to the journal, with
`call` so many seconds after the n-th changing call began.
"""

import itertools
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

from reconcile.cli.main import main
from reconcile.host.connection import DomainHandle
from reconcile.journal.store import FileDisk

CALLS = ("create", "redefine", "delete", "revert")


def hit(fault: dict[str, Any]) -> None:
    """End the process that the fault names, as a power cut would."""
    pids = {"tool": os.getpid(), "daemon": fault["pid"], "guest": qemu(fault["guest"])}
    pid = pids[fault["kill"]]
    if pid is not None:
        os.kill(pid, signal.SIGKILL)


def qemu(name: str) -> int | None:
    """The process of the lab's own guest of this name, as seen from here."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if f"guest={name}," in path.read_text(errors="replace"):
                return int(path.parent.name)
    return None


def on_record(fault: dict[str, Any]) -> None:
    """Hit beside the n-th write to the journal."""
    write, count = FileDisk.append, itertools.count(1)

    def append(disk: FileDisk, data: bytes) -> None:
        chosen = next(count) == fault["number"]
        if chosen and not fault["after"]:
            hit(fault)
        write(disk, data)
        if chosen and fault["after"]:
            hit(fault)

    FileDisk.append = append  # type: ignore[method-assign, assignment] # to be hit from within


def on_call(fault: dict[str, Any]) -> None:
    """Hit while the n-th call runs, or soon after."""
    count = itertools.count(1)

    def late() -> None:
        time.sleep(fault["after"])
        hit(fault)

    def hooked(call: Callable[..., None]) -> Callable[..., None]:
        def wrapped(*arguments: object) -> None:
            if next(count) == fault["number"]:
                Thread(target=late, daemon=True).start()
            call(*arguments)

        return wrapped

    for name in CALLS:
        setattr(DomainHandle, name, hooked(getattr(DomainHandle, name)))


if __name__ == "__main__":
    chosen = json.loads(sys.argv[1])
    (on_record if chosen["where"] == "record" else on_call)(chosen)
    sys.exit(main(sys.argv[2:]))
