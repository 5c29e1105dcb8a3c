"""The lab itself works, on every release, and leaves nothing behind however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import libvirt
import pytest

from tests.lab import cell, content, rundir, skips
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import Domain, Machine, define
from tests.lab.errors import LabError
from tests.lab.fixtures import MakeDomain
from tests.lab.releases import OWN, TRIXIE, Release, wanted

pytestmark = pytest.mark.lab

REPOSITORY = Path(__file__).parents[2]
RUNNER = """
import sys, time
from tests.lab.daemon import Daemon
from tests.lab.domain import define
from tests.lab.releases import RELEASES

release = next(release for release in RELEASES if release.name == sys.argv[1])
daemon = Daemon(release).__enter__()
define(daemon, "d").start()
print(daemon.cell.run_dir.path, flush=True)
time.sleep(600)
"""


def qemu_pids(folder: Path) -> set[int]:
    """The processes whose command line names a folder: the QEMUs of a run."""
    commands = Path("/proc").glob("[0-9]*/cmdline")
    return {int(file.parent.name) for file in commands if _names(file, folder)}


def _names(file: Path, folder: Path) -> bool:
    try:
        words = file.read_text(encoding="utf-8", errors="replace").split("\0")
    except OSError:
        return False
    return "qemu-system" in words[0] and any(str(folder) in word for word in words)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def traces(folder: Path) -> list[str]:
    """What is left of a run: its mounts in any namespace, its QEMUs, its files."""
    mounts = [str(file) for file in Path("/proc").glob("[0-9]*/mountinfo") if _mounts(file, folder)]
    return mounts + [str(pid) for pid in qemu_pids(folder)] + [str(p) for p in _files(folder)]


def _mounts(file: Path, folder: Path) -> bool:
    try:
        return str(folder) in file.read_text(encoding="utf-8")
    except OSError:
        return False


def _files(folder: Path) -> list[Path]:
    return sorted(folder.parent.glob(f"{folder.name}*"))


def test_the_daemon_has_the_version_of_its_release(lab: Daemon) -> None:
    assert lab.version >= lab.release.at_least
    if lab.release.name == "trixie":
        assert lab.version[:2] == (11, 3)


def test_a_read_only_connection_is_served(lab: Daemon) -> None:
    with libvirt.openReadOnly(lab.uri) as connection:
        assert connection.getType() == "QEMU"


def test_virsh_reaches_the_daemon(lab: Daemon) -> None:
    assert lab.virsh("list", "--all", "--name").strip() == ""


def test_a_failing_command_says_what_it_complained_about(lab: Daemon) -> None:
    with pytest.raises(LabError, match="domain 'nobody'"):
        lab.virsh("start", "nobody")


@pytest.mark.parametrize("machine", ["pc", "q35"])
def test_a_domain_starts_pauses_and_stops(make_domain: MakeDomain, machine: Machine) -> None:
    domain = make_domain(machine=machine)
    states = [domain.state]
    for step in (domain.start, domain.pause, domain.resume, domain.destroy):
        step()
        states.append(domain.state)
    assert states == ["shutoff", "running", "paused", "running", "shutoff"]


def test_disks_of_every_kind(make_domain: MakeDomain) -> None:
    disks = (
        Disk("vda"),
        Disk("vdb", format="raw"),
        Disk("vdc", read_only=True),
        Disk("hda", device="cdrom", format="raw"),
        Disk("hdb", device="cdrom", format="raw", empty=True),
    )
    domain = make_domain(disks)
    domain.start()
    for number, target in enumerate(("vda", "vdb"), start=1):
        content.write(domain, target, number)
    assert content.read_pattern(domain.daemon, domain.source("vdb")) == 2
    with pytest.raises(LabError, match="no medium"):
        domain.source("hdb")


@pytest.mark.parametrize("running", [False, True], ids=["off", "running"])
def test_a_pattern_is_read_back(make_domain: MakeDomain, running: bool) -> None:
    domain = make_domain()
    if running:
        domain.start()
    empty = content.digest(domain.daemon, domain.source("vda"))
    content.write(domain, "vda", 0x11, offset=content.BLOCK)
    path = domain.source("vda")
    assert content.read_pattern(domain.daemon, path) == 0
    assert content.read_pattern(domain.daemon, path, offset=content.BLOCK) == 0x11
    assert content.digest(domain.daemon, path) != empty


@pytest.mark.parametrize("running", [False, True], ids=["off", "running"])
def test_an_internal_snapshot_keeps_its_content(make_domain: MakeDomain, running: bool) -> None:
    domain = make_domain()
    if running:
        domain.start()
    content.write(domain, "vda", 0x11)
    before = content.digest(domain.daemon, domain.source("vda"))
    snapshot(domain, "<domainsnapshot><name>s1</name></domainsnapshot>")
    content.write(domain, "vda", 0x22)
    path = domain.source("vda")
    assert content.read_pattern(domain.daemon, path, snapshot="s1") == 0x11
    assert content.digest(domain.daemon, path, snapshot="s1") == before
    assert content.read_pattern(domain.daemon, path) == 0x22


def test_an_external_snapshot_moves_writes_to_the_overlay(make_domain: MakeDomain) -> None:
    domain = make_domain()
    domain.start()
    content.write(domain, "vda", 0x11)
    base = domain.source("vda")
    flags = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY
    snapshot(domain, "<domainsnapshot><name>s1</name></domainsnapshot>", flags)
    content.write(domain, "vda", 0x22)
    overlay = domain.source("vda")
    assert overlay != base
    assert content.read_pattern(domain.daemon, base) == 0x11
    assert content.read_pattern(domain.daemon, overlay) == 0x22


def snapshot(domain: Domain, xml: str, flags: int = 0) -> None:
    with domain.handle() as handle:
        handle.snapshotCreateXML(xml, flags)


def test_libvirtd_is_killed_and_started_again_over_running_qemus(
    lab: Daemon, make_domain: MakeDomain
) -> None:
    domain = make_domain()
    domain.start()
    content.write(domain, "vda", 0x11)
    before, qemus = lab.pid, qemu_pids(domain.folder)
    lab.kill()
    assert not lab.is_alive
    assert qemu_pids(domain.folder) == qemus != set()
    lab.start()
    assert lab.pid != before
    assert domain.state == "running"
    content.write(domain, "vda", 0x22)


@pytest.mark.parametrize("release", wanted(), ids=lambda release: release.name)
def test_closing_leaves_nothing(release: Release) -> None:
    with Daemon(release) as daemon:
        folder = daemon.cell.run_dir.path
        define(daemon, "d").start()
        assert qemu_pids(folder)
    assert traces(folder) == []


@pytest.mark.parametrize("release", wanted(), ids=lambda release: release.name)
def test_a_killed_test_run_leaves_nothing_to_the_next(release: Release) -> None:
    command = (sys.executable, "-c", RUNNER, release.name)
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as runner:
        assert runner.stdout is not None
        folder = Path(runner.stdout.readline().strip())
        assert qemu_pids(folder)
        runner.kill()
    rundir.sweep()
    wait_until(lambda: traces(folder) == [])


@skips.needs_root("a session has no holder")
def test_a_killed_holder_takes_its_processes_along() -> None:
    with Daemon(OWN) as daemon:
        assert isinstance(daemon.cell, cell.Namespace)
        folder = daemon.cell.run_dir.path
        define(daemon, "d").start()
        os.kill(daemon.cell.holder.pid, signal.SIGKILL)
        wait_until(lambda: not daemon.is_alive and not qemu_pids(folder))
    assert traces(folder) == []


def test_a_daemon_that_cannot_start_says_why() -> None:
    daemon = Daemon(OWN)
    try:
        (daemon.cell.outside / "libvirtd.conf").write_text("auth = [\n", encoding="utf-8")
        with pytest.raises(LabError, match=r"libvirtd of own ended with 1:(?s:.*)libvirtd\.conf"):
            daemon.start()
    finally:
        daemon.close()
    assert traces(daemon.cell.run_dir.path) == []


@skips.needs_root("a user has nothing to build")
def test_a_release_that_is_not_built_says_how_to_build_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RECONCILE_LAB_DIR", str(tmp_path))
    with pytest.raises(LabError, match=r"run python -m tests\.lab build"):
        Daemon(TRIXIE)
