"""A libvirtd killed as it starts QEMU for a merge: no restart frees the domain, the remedy does."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from tests.harness.command import Ran, reconcile
from tests.harness.transcript import ROOT
from tests.lab import content, skips
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

MANIFEST = """\
apiVersion: reconcile/v1
domain: {name}
snapshots:
  - name: a
    memory: none
    disks: {{vda: external, vdb: external}}
"""
CHILD = """\
    children:
      - name: b
        memory: none
        disks: {vda: external, vdb: external}
"""
BOTH = ("vda", "vdb")
EARLY, LATE = 0x41, 0x42
SECONDS = 30
TOLD = re.compile(r"stop libvirtd, run `(.+?)` on its host")
STARTING = b"pid='0'"


@pytest.fixture
def domain(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> Iterator[Domain]:
    """Off, with data in a and more of it in b, which the manifest no longer has."""
    skips.root_alone("a user's libvirtd writes its first status once it has the pid")
    made = make_domain((Disk("vda", mib=2), Disk("vdb", mib=2)))
    whole = MANIFEST.format(name=made.name)
    path = tmp_path / "web01.yaml"
    for text, byte in ((whole, EARLY), (whole + CHILD, LATE)):
        path.write_text(text)
        assert reconcile("apply", "--yes", str(path), uri=lab.uri).code == 0
        for target in BOTH:
            content.write(made, target, byte, content.BLOCK if byte == LATE else 0)
    path.write_text(whole)
    yield made
    if made.state == "paused":
        lab.kill()
        _status(made).unlink()
        lab.start()


def _status(domain: Domain) -> Path:
    return domain.daemon.cell.outside / "run/libvirt/qemu" / f"{domain.name}.xml"


def _starts(status: Path) -> bool:
    """Whether libvirtd has begun to start QEMU, and does not know its pid yet."""
    try:
        with status.open("rb") as file:  # much is written below, and there is little time
            return STARTING in file.read(1000)
    except OSError:
        return False


def _killed(domain: Domain, apply: "Popen[str]") -> bool:
    """Whether libvirtd was killed in time; it is there again in any case."""
    status, daemon = _status(domain), domain.daemon
    deadline = time.monotonic() + SECONDS
    while apply.poll() is None and time.monotonic() < deadline:
        if _starts(status):
            daemon.restart()
            return _starts(status)
    return False


def _hit(domain: Domain, path: Path) -> Ran:
    """An apply whose libvirtd dies as it starts QEMU."""
    for _ in range(5):  # it may have been quicker, and then all is well
        path.write_text(MANIFEST.format(name=domain.name) + CHILD)
        assert reconcile("apply", "--yes", str(path), uri=domain.daemon.uri).code == 0
        path.write_text(MANIFEST.format(name=domain.name))
        options = ("-c", domain.daemon.uri, "apply", "--yes", "--timeout", "1")
        command = (sys.executable, "-m", "reconcile", *options, str(path))
        with Popen(command, cwd=ROOT, stdout=PIPE, stderr=subprocess.STDOUT, text=True) as apply:
            hit = _killed(domain, apply)
            said, _ = apply.communicate(timeout=SECONDS)
        if hit:
            return Ran(apply.returncode, said, "")
        reconcile("rollback", uri=domain.daemon.uri)
    pytest.fail("libvirtd could not be killed in time")


def test_the_command_that_is_told_frees_the_domain(domain: Domain, tmp_path: Path) -> None:
    path = tmp_path / "web01.yaml"
    applied = _hit(domain, path)
    assert applied.code == 5, applied.out
    domain.daemon.restart()
    ran = reconcile("resume", "--timeout", "1", uri=domain.daemon.uri)
    assert ran.code == 5, ran.out + ran.err
    command = TOLD.search(ran.out)
    assert command, ran.out
    domain.daemon.kill()
    domain.daemon.run("sh", "-c", command[1])
    domain.daemon.start()
    ran = reconcile("resume", uri=domain.daemon.uri)
    assert ran.code == 0, ran.out + ran.err
    assert domain.daemon.virsh("snapshot-list", domain.name, "--name").split() == ["a"]
    assert sorted(each.name for each in domain.folder.iterdir()) == [
        "vda.a",
        "vda.qcow2",
        "vdb.a",
        "vdb.qcow2",
    ]
    for target in BOTH:
        held = content.read_patterns(domain.daemon, domain.source(target), 2)
        assert held == [EARLY, LATE]


def test_the_command_removes_nothing_of_a_guest_that_runs(domain: Domain, tmp_path: Path) -> None:
    path = tmp_path / "web01.yaml"
    applied = _hit(domain, path)
    command = TOLD.search(applied.out)
    assert command, applied.out
    status = _status(domain)
    status.write_bytes(status.read_bytes().replace(STARTING, b"pid='4711'", 1))
    with pytest.raises(Exception, match="ended with 1"):
        domain.daemon.run("sh", "-c", command[1])
    assert status.exists()
