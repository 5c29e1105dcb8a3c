"""What virsh snapshot-list says, read back: names, tables and trees."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from typing import Final

from tests.lab.daemon import Daemon

ERROR: Final = "error: "
_BETWEEN: Final = "===="
_BRANCH: Final = "+- "


def snapshot_lists(daemon: Daemon, domain: str, options: Sequence[Sequence[str]]) -> list[str]:
    """What virsh prints for each of these sets of options, errors included; one process for all."""
    commands = (
        f"{shlex.join(('snapshot-list', domain, *each))}; echo {_BETWEEN}" for each in options
    )
    ran = subprocess.run(
        ("virsh", "--connect", daemon.uri, "; ".join(commands)),
        env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    said = ran.stdout.split(f"{_BETWEEN}\n")[:-1]
    assert len(said) == len(options), ran.stdout
    return said


def names(said: str) -> list[str]:
    """The names of `--name`."""
    return said.removesuffix("\n").splitlines()


def table(said: str) -> list[tuple[str, ...]]:
    """The cells of each row."""
    rows = said.strip("\n").splitlines()[2:]
    return [tuple(re.split(r" {3,}", row.strip())) for row in rows]


def tree(said: str) -> list[tuple[int, str]]:
    """Depth and name of each snapshot, from the top. A name may hold no branch of virsh's own."""
    return list(_nodes(said))


def _nodes(said: str) -> Iterator[tuple[int, str]]:
    for row in said.splitlines():
        before, branch, name = row.partition(_BRANCH)
        if branch:
            yield (len(before) - 2) // 4 + 1, name
        elif row.strip(" |"):
            yield 0, row
