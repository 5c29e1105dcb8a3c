"""A create whose libvirtd did not live to write its snapshot down: the disks have moved already.

The same is done by hand: by a snapshot without metadata, as libvirt names it then, and in QEMU
alone, behind libvirt's back. What the guest writes to the overlays must be there at the end.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash_recovery.faults import killed_apply
from tests.harness.command import reconcile
from tests.lab import content, monitor
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
    children:
      - name: b
        memory: none
        disks: {{vda: external, vdb: external}}
"""
EARLY, LATE = 0x41, 0x42
BOTH = ("vda", "vdb")


def _without_metadata(domain: Domain) -> None:
    """libvirt knows that the disks lie on the overlays, and of no snapshot."""
    specs = [f"--diskspec={t},snapshot=external,file={domain.folder}/{t}.b" for t in BOTH]
    flags = ("--disk-only", "--no-metadata", "--atomic")
    domain.daemon.virsh("snapshot-create-as", domain.name, "b", *flags, *specs)


def _in_qemu_alone(domain: Domain) -> None:
    """libvirt believes that the disks lie where they lay."""
    for block in monitor.ask(domain, "query-block"):
        path = block["inserted"]["image"]["filename"]
        overlay = f"{path.rpartition('.')[0]}.b"
        asked = {"node-name": block["inserted"]["node-name"], "snapshot-file": overlay}
        node = {"snapshot-node-name": f"mine-{Path(path).stem}", "format": "qcow2"}
        monitor.ask(domain, "blockdev-snapshot-sync", {**asked, **node})


@pytest.fixture
def domain(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> Domain:
    """A running guest on a's overlays, and an apply that died as it was about to create b."""
    made = make_domain((Disk("vda", mib=2), Disk("vdb", mib=2)))
    made.start()
    whole = MANIFEST.format(name=made.name)
    path = tmp_path / "web01.yaml"
    path.write_text(whole.partition("    children")[0])
    assert reconcile("apply", "--yes", str(path), uri=lab.uri).code == 0
    for target in BOTH:
        content.write(made, target, EARLY)
    path.write_text(whole)
    killed_apply("create", path, lab.uri)
    return made


def _reads(domain: Domain, suffix: str) -> None:
    for target in BOTH:
        path = domain.folder / f"{target}.{suffix}"
        assert content.read_patterns(domain.daemon, path, 2) == [EARLY, LATE]


@pytest.mark.parametrize("moved", [_without_metadata, _in_qemu_alone])
@pytest.mark.parametrize("way", ["resume", "rollback"])
def test_what_the_guest_wrote_to_the_overlays_is_kept(
    domain: Domain, way: str, moved: Callable[[Domain], None]
) -> None:
    moved(domain)
    for target in BOTH:
        content.write_live(domain, target, LATE, content.BLOCK)
    ran = reconcile(way)
    assert ran.code == 0, ran.out + ran.err
    before, _, after = ran.out.partition("of a cut-off create back")
    told = "about to merge" if moved is _without_metadata else "about to commit node"
    assert told in before
    assert after
    names = domain.daemon.virsh("snapshot-list", domain.name, "--name").split()
    files = sorted(path.name for path in domain.folder.iterdir())
    assert domain.state == "running"
    _reads(domain, "a")
    if way == "rollback":
        assert names == ["a"]
        assert files == ["vda.a", "vda.qcow2", "vdb.a", "vdb.qcow2"]
        assert {domain.source(target).name for target in BOTH} == {"vda.a", "vdb.a"}
    else:
        assert names == ["a", "b"]
        assert {domain.source(target).name for target in BOTH} == {"vda.b", "vdb.b"}
        _reads(domain, "b")


def test_with_the_guest_off_too(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    domain = make_domain((Disk("vda", mib=2), Disk("vdb", mib=2)))
    for target in BOTH:
        content.write(domain, target, EARLY)
    path = tmp_path / "web01.yaml"
    whole = MANIFEST.format(name=domain.name).partition("    children")[0]
    path.write_text(whole.replace("name: a", "name: b"))
    killed_apply("create", path, lab.uri)
    _without_metadata(domain)
    for target in BOTH:
        content.write(domain, target, LATE, content.BLOCK)
    ran = reconcile("rollback")
    assert ran.code == 0, ran.out + ran.err
    assert sorted(path.name for path in domain.folder.iterdir()) == ["vda.qcow2", "vdb.qcow2"]
    assert domain.daemon.virsh("snapshot-list", domain.name, "--name").split() == []
    _reads(domain, "qcow2")
