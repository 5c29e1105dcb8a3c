"""Run folders: everything one private daemon writes, in one short-named folder that can be removed.

A folder is locked for as long as its owner lives; the kernel drops the lock with the process. So
whoever comes next can tell a folder in use from one whose test run was killed, and sweeps that one.
"""

import os
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from tests.lab import loops
from tests.lab.errors import LabError
from tests.lab.releases import is_root

# A socket's path has room for 108 bytes, and libvirt adds up to 65 of its own for a QEMU monitor.
MAX_PATH: Final = 40


@dataclass(frozen=True, slots=True)
class RunDir:
    """A private folder, and the lock that says its owner is alive."""

    path: Path
    lock: FileLock

    @property
    def data(self) -> Path:
        """Where disks go; the same absolute path inside and outside of a daemon's root."""
        return self.path / "data"

    def close(self) -> None:
        """Remove the folder with all that is in it, and its lock."""
        with _all_folders():
            self.lock.release()
            _remove(self.path)


def create() -> RunDir:
    """Make and lock a run folder, after removing those that dead owners left."""
    with _all_folders():
        _sweep()
        path = Path(tempfile.mkdtemp(prefix="", dir=parent()))
        if len(str(path)) > MAX_PATH:
            path.rmdir()
            raise LabError(f"{path} is too long for socket names: set a shorter TMPDIR")
        run_dir = RunDir(path, _lock_of(path))
        run_dir.lock.acquire(timeout=0)
    run_dir.data.mkdir()
    return run_dir


def parent() -> Path:
    return Path(tempfile.gettempdir()) / f"rl-{os.geteuid()}"


def sweep() -> None:
    """Remove every run folder whose owner is dead."""
    with _all_folders():
        _sweep()


def _sweep() -> None:
    for path in parent().iterdir():
        if path.is_dir() and not _is_owned(path):
            _remove(path)


def end_processes(path: Path) -> None:
    """Kill the libvirtd, then the QEMUs, whose pid files lie in this folder.

    For a user's daemon, which has no namespace to die with. A pid that was given to another process
    since is told by its command line: ours all name the folder.
    """
    files = sorted(path.rglob("*.pid"), key=lambda file: file.name != "libvirtd.pid")
    for pid in (int(file.read_text(encoding="ascii")) for file in files):
        if str(path) in _command_line(pid):
            os.kill(pid, signal.SIGKILL)


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _is_owned(path: Path) -> bool:
    lock = _lock_of(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def _remove(path: Path) -> None:
    # Pid files of a namespace hold numbers that mean another process out here.
    if is_root():
        loops.detach_below(path)
    else:
        end_processes(path)
    # A daemon that is dying may still add a file; what that leaves, the next sweep removes.
    shutil.rmtree(path, ignore_errors=True)
    Path(_lock_of(path).lock_file).unlink(missing_ok=True)


def _lock_of(path: Path) -> FileLock:
    return FileLock(path.with_name(f"{path.name}.lock"))


def _all_folders() -> FileLock:
    parent().mkdir(mode=0o700, exist_ok=True)
    return FileLock(parent().with_name(f"{parent().name}.lock"))
