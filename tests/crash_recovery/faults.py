"""Faults behind libvirt's back: a guest that dies, a tool that dies."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.harness.transcript import ROOT
from tests.lab.domain import Domain

SECONDS: Final = 30
KILLED: Final = """
import os, signal, sys
from reconcile.cli.main import main
from reconcile.libvirt.domain import DomainHandle
setattr(DomainHandle, sys.argv[1], lambda *arguments: os.kill(os.getpid(), signal.SIGKILL))
sys.exit(main(sys.argv[2:]))
"""
BEHIND: Final = """
import os, signal, sys
from reconcile.cli.main import main
from reconcile.libvirt.domain import DomainHandle
made = getattr(DomainHandle, sys.argv[1])
def killed(*arguments):
    made(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(DomainHandle, sys.argv[1], killed)
sys.exit(main(sys.argv[2:]))
"""


def killed_apply(call: str, manifest: Path, uri: str) -> None:
    """An apply that dies as it is about to make its first call of this name."""
    _killed(KILLED, call, uri, "apply", "--yes", str(manifest))


def killed_behind(call: str, manifest: Path, uri: str) -> None:
    """An apply that dies once libvirt has made its first call of this name."""
    _killed(BEHIND, call, uri, "apply", "--yes", str(manifest))


def killed_command(call: str, uri: str, *arguments: str, behind: bool) -> None:
    """Any command that dies as the first call of this name is about to be made, or behind it."""
    _killed(BEHIND if behind else KILLED, call, uri, *arguments)


def _killed(program: str, call: str, uri: str, *arguments: str) -> None:
    command = (sys.executable, "-c", program, call, "-c", uri, *arguments)
    died = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL, died.stdout


def killed_guest(domain: Domain) -> None:
    """The domain's QEMU is gone, and libvirt knows it."""
    pid = domain.qemu_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: domain.state == "shutoff")


def until(true: Callable[[], bool]) -> None:
    """Wait for it."""
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
