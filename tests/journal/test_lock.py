"""Two applies never work on one domain at a time, and no lock outlives its owner."""

import subprocess
import sys
from pathlib import Path

import pytest

from reconcile.errors import LockedError
from reconcile.journal.lock import locked
from tests.harness.transcript import ROOT

DOMAIN = ("qemu/system@here", "uuid")
HOLD = """
import sys, time
from pathlib import Path
from reconcile.journal.lock import locked
with locked(Path(sys.argv[1]), ("qemu/system@here", "uuid"), 0, lambda _: None):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(folder: Path) -> "subprocess.Popen[str]":
    """Another process that holds the lock."""
    command = (sys.executable, "-c", HOLD, str(folder))
    other = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def test_a_second_one_waits_then_gives_up(tmp_path: Path) -> None:
    told: list[str] = []
    with holder(tmp_path) as other:
        with (
            pytest.raises(LockedError, match=f"process {other.pid} of "),
            locked(tmp_path, DOMAIN, 0.3, told.append),
        ):
            pass
        other.kill()
    assert told[0].startswith(f"waiting for another apply: process {other.pid} of ")


def test_the_lock_of_a_dead_owner_is_broken_and_told(tmp_path: Path) -> None:
    told: list[str] = []
    with holder(tmp_path) as other:
        other.kill()
    with locked(tmp_path, DOMAIN, 0, told.append):
        assert f"the lock of process {other.pid} of " in told[0]
        assert told[0].endswith("was broken: that process is gone")
    with locked(tmp_path, DOMAIN, 0, told.append):
        assert len(told) == 1
    assert list(tmp_path.glob("*.owner")) == []


def test_other_domains_are_not_locked(tmp_path: Path) -> None:
    with (
        locked(tmp_path, DOMAIN, 0, print),
        locked(tmp_path, ("qemu/system@here", "other"), 0, print),
        locked(tmp_path, ("qemu/system@kvm1", "uuid"), 0, print),
    ):
        assert len(list(tmp_path.glob("*.owner"))) == 3
