"""Somebody else at work: `python -m tests.chaos.writer SEED URI DOMAIN KIND STATE`.

After the first byte on its input it runs virsh commands without a pause, until its input ends: it
takes snapshots w1, w2... of a KIND, edits and deletes those, and pauses a running guest for a
moment. Each command that libvirt did is one line of output.
"""

import os
import random
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

SECONDS: Final = 40
PAUSE: Final = 0.15


class Writer:
    """What somebody may do, and what he has made."""

    def __init__(self, seed: int, uri: str, domain: str, kind: str, state: str) -> None:
        self._uri = uri
        self._domain = domain
        self._kind = kind
        self._running = state == "running"
        self._random = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self._made: list[str] = []
        self._number = 0

    def work(self) -> None:
        """Until nobody listens any more; the guest runs then as it did before."""
        try:
            for verb in self._verbs():
                said = verb()
                if said:
                    sys.stdout.write(f"{said}\n")
                    sys.stdout.flush()
                ready, _, _ = select.select([sys.stdin], [], [], self._random.random() * PAUSE)
                if ready:
                    return
        finally:
            if self._running:
                self._virsh("resume", self._domain)

    def _verbs(self) -> Iterator[Callable[[], str]]:
        yield self._make
        verbs = [self._make, self._make, self._edit, self._drop]
        if self._running:
            verbs.append(self._pause)
        while True:
            yield self._random.choice(verbs)

    def _make(self) -> str:
        name = f"w{self._number + 1}"
        flags = ("--disk-only",) if self._kind != "internal" else ()
        if not self._virsh("snapshot-create-as", self._domain, name, *flags):
            return ""
        self._number += 1
        self._made.append(name)
        return f"made {name}"

    def _drop(self) -> str:
        """Only what libvirt does safely: branches of external snapshots lose data by it."""
        if not self._made or self._kind == "branched":
            return ""
        name = self._made[-1]
        if not self._virsh("snapshot-delete", self._domain, name):
            return ""
        self._made.pop()
        return f"dropped {name}"

    def _edit(self) -> str:
        if not self._made:
            return ""
        name = self._random.choice(self._made)
        dump = self._virsh("snapshot-dumpxml", self._domain, name, "--security-info")
        head, found, rest = dump.partition("</name>")
        if not found:
            return ""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "edited.xml"
            said = "" if "<description>" in rest else "<description>mine</description>"
            file.write_text(head + found + said + rest)
            done = self._virsh("snapshot-create", self._domain, str(file), "--redefine")
        return f"edited {name}" if done else ""

    def _pause(self) -> str:
        if not self._virsh("suspend", self._domain):
            return ""
        time.sleep(self._random.random() * PAUSE)
        return "paused" if self._virsh("resume", self._domain) else ""

    def _virsh(self, *arguments: str) -> str:
        """What it says; nothing where libvirt refuses."""
        done = subprocess.run(
            ("virsh", "--connect", self._uri, *arguments),
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        return "" if done.returncode else done.stdout or "done"


if __name__ == "__main__":
    chosen = Writer(int(sys.argv[1]), *sys.argv[2:6])
    if os.read(0, 1):
        chosen.work()
