"""Two applies never work on one domain at a time, and no lock outlives its owner."""

import getpass
import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from reconcile.errors import LockedError, StoppedError
from reconcile.journal.lock import locked, prune_locks
from reconcile.journal.owner import this_process
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


TAKE_TURNS = """
import os, sys
from pathlib import Path
from reconcile.journal import lock
lock.POLL_SECONDS = 0.0005
folder = Path(sys.argv[1])
for _ in range(200):
    with lock.locked(folder / "locks", ("qemu/system@here", "uuid"), 60, lambda _: None):
        os.close(os.open(folder / "alone", os.O_CREAT | os.O_EXCL))
        os.unlink(folder / "alone")
print("all alone")
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
    assert list(tmp_path.iterdir()) == []


def test_who_waits_is_stopped_at_once(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        with (
            pytest.raises(StoppedError),
            locked(tmp_path, DOMAIN, 3600, lambda _: None, lambda: True),
        ):
            pass
        other.kill()


def test_it_is_let_go_by_another_thread_than_took_it(tmp_path: Path) -> None:
    held = locked(tmp_path, DOMAIN, 0, print)
    worker = Thread(target=held.__enter__)
    worker.start()
    worker.join()
    held.__exit__(None, None, None)
    with locked(tmp_path, DOMAIN, 0, print):
        assert len(list(tmp_path.iterdir())) == 1


def test_one_at_a_time_though_each_removes_the_file(tmp_path: Path) -> None:
    command = (sys.executable, "-c", TAKE_TURNS, str(tmp_path))
    others = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [other.communicate(timeout=120)[0] for other in others] == ["all alone\n"] * 3
    assert list((tmp_path / "locks").iterdir()) == []


def test_dead_locks_are_removed_and_held_ones_are_not(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        other.kill()
    (tmp_path / "0.owner").touch()
    with locked(tmp_path, ("qemu/system@here", "other"), 0, print):
        for path in tmp_path.iterdir():
            os.utime(path, (0, 0))
        prune_locks(tmp_path, 1.0)
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_user_without_a_name_is_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 54321")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert this_process().user == str(os.getuid())
    with locked(tmp_path, DOMAIN, 0, print):
        (path,) = tmp_path.iterdir()
        assert json.loads(path.read_text())["user"] == str(os.getuid())


def test_other_domains_are_not_locked(tmp_path: Path) -> None:
    with (
        locked(tmp_path, DOMAIN, 0, print),
        locked(tmp_path, ("qemu/system@here", "other"), 0, print),
        locked(tmp_path, ("qemu/system@kvm1", "uuid"), 0, print),
    ):
        assert len(list(tmp_path.iterdir())) == 3
