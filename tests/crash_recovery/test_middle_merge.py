"""A delete in the middle of a running guest's chains whose libvirtd did not live to its end.

Some disks are merged already: as libvirt knows, or in QEMU alone. At the end all are, what the
guest wrote is there, and the guest starts anew from the shortened chains.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash_recovery.faults import killed_apply, killed_guest, until
from tests.harness.command import reconcile
from tests.lab import content, monitor
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

HEAD = "apiVersion: reconcile/v1\ndomain: {name}\nprune: owned\nsnapshots:\n"
OUT = "memory: none, disks: {vda: external, vdb: external}"
A, B, C, LAST = 0x41, 0x42, 0x43, 0x44
"""What the guest writes to the overlays of each snapshot, each to a block of its own."""
BOTH = ("vda", "vdb")


@pytest.fixture
def domain(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> Domain:
    """A running guest above a, b and c, and an apply that died as it was about to delete a."""
    made = make_domain((Disk("vda", mib=2), Disk("vdb", mib=2)))
    made.start()
    path = tmp_path / "web01.yaml"
    for byte, entry in enumerate((_chain("a"), _chain("a", "b"), _chain("a", "b", "c")), A):
        path.write_text(f"{HEAD.format(name=made.name)}  - {entry}\n")
        assert reconcile("apply", "--yes", str(path), uri=lab.uri).code == 0
        for target in BOTH:
            content.write(made, target, byte, (byte - A) * content.BLOCK)
    path.write_text(f"{HEAD.format(name=made.name)}  - {_chain('b', 'c')}\n")
    killed_apply("delete", path, lab.uri)
    return made


def _chain(name: str, *below: str) -> str:
    children = f", children: [{_chain(*below)}]" if below else ""
    return f"{{name: {name}, {OUT}{children}}}"


def _by_libvirt(domain: Domain, target: str) -> None:
    top, base = domain.folder / f"{target}.a", domain.folder / f"{target}.qcow2"
    ends = ("--top", str(top), "--base", str(base))
    domain.daemon.virsh("blockcommit", domain.name, target, *ends, "--wait")
    top.unlink()


def _by_qemu(domain: Domain, target: str) -> None:
    nodes = {
        each["file"]: each["node-name"]
        for each in monitor.ask(domain, "query-named-block-nodes")
        if each["drv"] == "qcow2"
    }
    where = {"c": "device", "a": "top-node", "qcow2": "base-node"}
    asked = {key: nodes[str(domain.folder / f"{target}.{end}")] for end, key in where.items()}
    base = str(domain.folder / f"{target}.qcow2")
    monitor.ask(domain, "block-commit", {"job-id": "moved", "backing-file": base, **asked})
    until(lambda: not monitor.ask(domain, "query-jobs"))


Merged = tuple[Callable[[Domain, str], None] | None, Callable[[Domain, str], None] | None]


@pytest.mark.parametrize(
    "merged",
    [
        (_by_libvirt, None),
        (_by_qemu, None),
        (_by_qemu, _by_qemu),
        (_by_libvirt, _by_qemu),
        (_by_libvirt, _by_libvirt),
    ],
    ids=["libvirt-no", "qemu-no", "qemu-qemu", "libvirt-qemu", "libvirt-libvirt"],
)
def test_all_disks_are_merged_in_the_end(domain: Domain, merged: Merged) -> None:
    for target, how in zip(BOTH, merged, strict=True):
        if how is not None:
            how(domain, target)
        content.write_live(domain, target, LAST, 3 * content.BLOCK)
    _is_finished(domain)
    domain.destroy()
    _can_be_used(domain)


@pytest.mark.parametrize(
    "merged",
    [(_by_libvirt, None), (_by_qemu, None), (_by_libvirt, _by_qemu)],
    ids=["libvirt-no", "qemu-no", "libvirt-qemu"],
)
def test_with_the_guest_gone_too(domain: Domain, merged: Merged) -> None:
    """As after a power cut: the images alone tell which disks are merged."""
    for target, how in zip(BOTH, merged, strict=True):
        content.write_live(domain, target, LAST, 3 * content.BLOCK)
        if how is not None:
            how(domain, target)
    killed_guest(domain)
    _is_finished(domain)
    _can_be_used(domain)


def _is_finished(domain: Domain) -> None:
    running = domain.state == "running"
    ran = reconcile("resume")
    assert ran.code == 0, ran.out + ran.err
    assert running or "about to" not in ran.out
    assert domain.daemon.virsh("snapshot-list", domain.name, "--name").split() == ["b", "c"]
    files = sorted(path.name for path in domain.folder.iterdir())
    assert files == [f"{target}.{end}" for target in BOTH for end in ("b", "c", "qcow2")]
    for target in BOTH:
        assert domain.source(target).name == f"{target}.c"
        assert _read(domain, domain.source(target)) == [A, B, C, LAST]
        assert _read(domain, domain.folder / f"{target}.b") == [A, B, 0, 0]
        assert _read(domain, domain.folder / f"{target}.qcow2") == [A, 0, 0, 0]


def _can_be_used(domain: Domain) -> None:
    """The guest starts, and goes back to each snapshot, where this libvirt can do that."""
    domain.start()
    assert [_read(domain, domain.source(target)) for target in BOTH] == [[A, B, C, LAST]] * 2
    reverts = domain.daemon.reverts_external
    for name, held in {"c": [A, B, 0, 0], "b": [A, 0, 0, 0]}.items() if reverts else ():
        time.sleep(1)  # libvirt names the new overlays by the second
        domain.daemon.virsh("snapshot-revert", domain.name, name, "--running")
        assert [_read(domain, domain.source(target)) for target in BOTH] == [held] * 2


def _read(domain: Domain, image: Path) -> list[int]:
    """The byte in each of the first four blocks."""
    return content.read_patterns(domain.daemon, image, 4)
