"""A merge of a running guest's disks whose libvirtd did not live to write down how far it got.

QEMU is told to move a disk behind libvirt's back, which is how libvirt's definition looks then; the
guest writes on afterwards. What it wrote is there at the end, or nothing was done.
"""

from pathlib import Path

import pytest

from tests.crash_recovery.faults import killed_apply, killed_guest, until
from tests.harness.command import Ran, reconcile
from tests.lab import content, monitor
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

HEAD = "apiVersion: reconcile/v1\ndomain: {name}\nprune: owned\n"
ENTRY = "{{name: a, memory: none, disks: {{vda: external, vdb: external}}{rest}}}"
BELOW = "{name: b, memory: none, disks: {vda: external, vdb: external}}"
EARLY, LATE = 0x41, 0x42  # what the guest writes before the merge and after QEMU has moved a disk


@pytest.fixture
def domain(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> Domain:
    """A running guest on b's overlays, and an apply that died as it was about to delete b."""
    made = make_domain((Disk("vda", mib=2), Disk("vdb", mib=2)))
    made.start()
    before = _manifest(tmp_path, made, f", children: [{BELOW}]")
    assert reconcile("apply", "--yes", str(before), uri=lab.uri).code == 0
    for target in ("vda", "vdb"):
        content.write(made, target, EARLY)
    after = _manifest(tmp_path, made, "")
    killed_apply("delete", after, lab.uri)
    return made


def _manifest(folder: Path, domain: Domain, rest: str) -> Path:
    path = folder / "web01.yaml"
    entry = ENTRY.format(rest=rest)
    allow = "allow: [discards-guest-state]\n"
    path.write_text(f"{HEAD.format(name=domain.name)}{allow}snapshots: [{entry}]\n")
    return path


def _move(domain: Domain, target: str) -> None:
    """QEMU commits the disk's overlay and moves it to the base, where the guest goes on writing."""
    source, below = (domain.disk(target).find(path) for path in ("source", "backingStore"))
    assert source is not None
    assert below is not None
    top, base = (f"libvirt-{each.get('index')}-format" for each in (source, below))
    monitor.ask(domain, "block-commit", {"job-id": "moved", "device": top, "base-node": base})
    until(lambda: any(job["status"] == "ready" for job in monitor.ask(domain, "query-jobs")))
    monitor.ask(domain, "job-complete", {"id": "moved"})
    until(lambda: not monitor.ask(domain, "query-jobs"))
    content.write_live(domain, target, LATE, content.BLOCK)


def _holds(domain: Domain, file: str, *, late: bool) -> None:
    path = domain.folder / file
    early, held = content.read_patterns(domain.daemon, path, 2)
    assert early == EARLY
    assert (held == LATE) is late


def _settled(domain: Domain, ran: Ran, moved: tuple[str, ...]) -> None:
    assert ran.code == 0, ran.out + ran.err
    assert domain.daemon.virsh("snapshot-list", domain.name, "--name").split() == ["a"]
    assert domain.state == "running"
    for target in ("vda", "vdb"):
        assert domain.source(target).name == f"{target}.a"
        _holds(domain, f"{target}.a", late=target in moved)
    files = sorted(path.name for path in domain.folder.iterdir())
    assert files == ["vda.a", "vda.qcow2", "vdb.a", "vdb.qcow2"]


@pytest.mark.parametrize("gone", [False, True], ids=["overlay-there", "overlay-gone"])
@pytest.mark.parametrize("moved", [("vda",), ("vda", "vdb")], ids=["one-disk", "both-disks"])
def test_what_the_guest_wrote_to_the_base_is_kept(
    domain: Domain, moved: tuple[str, ...], gone: bool
) -> None:
    for target in moved:
        _move(domain, target)
        assert domain.source(target).name == f"{target}.b"  # libvirt's word, and wrong
        if gone:
            domain.source(target).unlink()
    ran = reconcile("resume")
    for target in moved:
        overlay, base = domain.folder / f"{target}.b", domain.folder / f"{target}.a"
        before, _, after = ran.out.partition(f"put an empty overlay {overlay} back on {base}")
        assert f"about to open {overlay} as node" in before
        assert "about to let the running QEMU write to node" in before
        assert after
    _settled(domain, ran, moved)


def test_a_disk_that_libvirt_has_merged_alone_is_merged_with_the_others(domain: Domain) -> None:
    domain.daemon.virsh("blockcommit", domain.name, "vda", "--active", "--shallow", "--pivot")
    assert domain.source("vda").name == "vda.a"
    ran = reconcile("rollback")
    assert ran.code == 5, ran.out
    assert "delete b cannot be undone" in ran.out
    _settled(domain, reconcile("resume"), ())


@pytest.mark.parametrize("keep", ["base", "overlay"])
def test_where_nobody_knows_which_image_is_right_somebody_decides(
    domain: Domain, keep: str
) -> None:
    _move(domain, "vda")
    content.write_live(domain, "vda", LATE, 0)
    killed_guest(domain)
    images = {path.name: path.read_bytes() for path in domain.folder.iterdir()}
    for way in ("resume", "rollback"):
        ran = reconcile(way)
        folder = domain.folder
        assert ran.code == 5
        assert f"{folder}/vda.b and {folder}/vda.a differ, and libvirtd died" in ran.out
    assert {path.name: path.read_bytes() for path in domain.folder.iterdir()} == images
    ran = reconcile("resume", "--keep", keep)
    assert ran.code == 0, ran.out + ran.err
    assert domain.daemon.virsh("snapshot-list", domain.name, "--name").split() == ["a"]
    held = content.read_pattern(domain.daemon, domain.source("vda"))
    assert held == {"base": LATE, "overlay": EARLY}[keep]
    assert content.read_pattern(domain.daemon, domain.source("vdb")) == EARLY
    files = sorted(path.name for path in domain.folder.iterdir())
    assert files == ["vda.a", "vda.qcow2", "vdb.a", "vdb.qcow2"]


def test_a_guest_that_died_before_its_merge_began_is_merged_without_it(domain: Domain) -> None:
    killed_guest(domain)
    ran = reconcile("resume")
    assert ran.code == 0, ran.out + ran.err
    assert "the guest is off since: going on without it" in ran.out
    for target in ("vda", "vdb"):
        assert domain.source(target).name == f"{target}.a"
        _holds(domain, f"{target}.a", late=False)
