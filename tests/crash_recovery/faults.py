"""Behind libvirt's back: QEMU told by itself, a guest that writes or dies, a tool that dies."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.harness.transcript import ROOT
from tests.lab import content
from tests.lab.domain import Domain

SECONDS: Final = 30
KILLED: Final = """
import os, signal, sys
from reconcile.cli.main import main
from reconcile.libvirt.domain import DomainHandle
setattr(DomainHandle, sys.argv[1], lambda *arguments: os.kill(os.getpid(), signal.SIGKILL))
sys.exit(main(sys.argv[2:]))
"""


def killed_apply(call: str, manifest: Path, uri: str) -> None:
    """An apply that dies as it is about to make its first call of this name."""
    command = (sys.executable, "-c", KILLED, call, "-c", uri, "apply", "--yes", str(manifest))
    died = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL, died.stdout


def killed_guest(domain: Domain) -> None:
    """The domain's QEMU is gone, and libvirt knows it."""
    pid = domain.qemu_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: domain.state == "shutoff")


def qmp(domain: Domain, command: str, arguments: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - JSON
    """What QEMU returns."""
    asked = json.dumps({"execute": command, "arguments": arguments or {}})
    answer = json.loads(domain.daemon.virsh("qemu-monitor-command", domain.name, asked))
    assert "error" not in answer, answer
    return answer["return"]


def write(domain: Domain, target: str, byte: int, offset: int) -> None:
    """As the guest does it, wherever QEMU has its disk."""
    for step in (f"write -P {byte:#04x} {offset} {content.BLOCK}", "flush"):
        written = f'qemu-io -d {device(domain, target)} "{step}"'
        domain.daemon.virsh("qemu-monitor-command", domain.name, "--hmp", written)


def device(domain: Domain, target: str) -> str:
    """QEMU's path of the device behind a target."""
    alias = domain.disk(target).find("alias")
    assert alias is not None
    paths = (str(block.get("qdev", "")) for block in qmp(domain, "query-block"))
    return next(path for path in paths if alias.attrib["name"] in path.split("/"))


def until(true: Callable[[], bool]) -> None:
    """Wait for it."""
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
