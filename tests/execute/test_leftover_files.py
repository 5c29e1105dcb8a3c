"""A leftover file is removed only if it is what the call left: by what it is, not by its name.

Whatever is put in its place meanwhile stays, and so does what another domain lies on.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reconcile.libvirt.connection import Connection
from reconcile.model.action import Create, Delete
from reconcile.model.domain import Domain as Observed
from reconcile.model.leftover import DiskMerge
from reconcile.model.snapshot import (
    DiskKind,
    Mark,
    Memory,
    MemoryKind,
    SnapshotDisk,
    SnapshotState,
)
from reconcile.observe.host_files import HostFiles
from reconcile.observe.removal import overlay_objection, removal_objection
from reconcile.recovery.call_context import Baseline, CallContext
from reconcile.recovery.footprint import CallFootprint
from tests.harness.observed import observed
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

SAVED = b"LibvirtQemudSave" + bytes(4096)


class Place:
    """A domain with a leftover overlay and a leftover memory file beside its disk."""

    def __init__(self, domain: Domain, host: Connection) -> None:
        self.domain, self.host = domain, host
        self.base = domain.folder / "vda.qcow2"
        self.overlay, self.memory = domain.folder / "vda.a", domain.folder / "a.mem"
        self.make(self.overlay, self.base)
        self.memory.write_bytes(SAVED)

    def make(self, path: Path, base: Path) -> None:
        self.domain.daemon.run(
            *("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", str(base), str(path))
        )

    def identities(self) -> tuple[tuple[str, str], ...]:
        files = HostFiles(self.host)
        both = (str(self.overlay), str(self.memory))
        return tuple((path, files.identity(path) or "") for path in both)

    @property
    def merge(self) -> DiskMerge:
        return DiskMerge("vda", str(self.overlay), str(self.base))

    def context(self, *, deleted: bool) -> CallContext:
        """A delete that left both files, or a create that made them."""
        now: Observed = observed(self.domain)
        files = (str(self.overlay), str(self.memory))
        if deleted:
            footprint = CallFootprint(removed=files, active_merges=(self.merge,))
            seen = Baseline(identities=self.identities())
            return CallContext(Delete("a"), now, now, footprint, seen)
        footprint = CallFootprint(created=files, new_overlays=(self.merge,))
        disks = (SnapshotDisk("vda", DiskKind.EXTERNAL, files[0]),)
        memory = Memory(MemoryKind.EXTERNAL, files[1])
        action = Create("a", None, SnapshotState.RUNNING, memory, disks, "", Mark("a", "digest"))
        return CallContext(action, now, now, footprint)

    def objection(self, context: CallContext, path: Path) -> str | None:
        return removal_objection(self.host, observed(self.domain), str(path), context)


@pytest.fixture
def place(lab: Daemon, make_domain: MakeDomain) -> Iterator[Place]:
    domain = make_domain([Disk(mib=1)])
    with Connection(lab.uri, readonly=True) as host:
        yield Place(domain, host)


@pytest.mark.parametrize("deleted", [True, False])
def test_what_the_call_left_is_removed(place: Place, *, deleted: bool) -> None:
    context = place.context(deleted=deleted)
    for path in (place.overlay, place.memory):
        assert place.objection(context, path) is None


def swapped(place: Place, path: Path) -> None:
    """Another file of the same kind and content."""
    kept = path.read_bytes()
    other = place.domain.folder / "other"
    other.write_bytes(kept)
    other.replace(path)


def linked(place: Place, path: Path) -> None:
    path.unlink()
    path.symlink_to(place.base)


def somebodys(place: Place, path: Path) -> None:
    """A file that has nothing to do with the call."""
    path.unlink()
    other = place.domain.folder / "other.qcow2"
    place.domain.daemon.run("qemu-img", "create", "-q", "-f", "qcow2", str(other), "1M")
    place.make(path, other)


Swap = Callable[[Place, Path], None]


@pytest.mark.parametrize("swap", [swapped, linked, somebodys])
@pytest.mark.parametrize("name", ["overlay", "memory"])
def test_what_was_put_in_its_place_is_kept(place: Place, swap: Swap, name: str) -> None:
    path: Path = getattr(place, name)
    context = place.context(deleted=True)
    swap(place, path)
    assert place.objection(context, path) is not None


@pytest.mark.parametrize("swap", [linked, somebodys])
@pytest.mark.parametrize("name", ["overlay", "memory"])
def test_what_no_create_makes_is_kept(place: Place, swap: Swap, name: str) -> None:
    path: Path = getattr(place, name)
    context = place.context(deleted=False)
    swap(place, path)
    assert place.objection(context, path) is not None


def test_what_nobody_saw_before_the_call_is_kept(place: Place) -> None:
    context = replace(place.context(deleted=True), baseline=Baseline())
    for path in (place.overlay, place.memory):
        assert place.objection(context, path) == "nobody saw it before the call"


@pytest.mark.parametrize("deleted", [True, False])
def test_what_another_domain_lies_on_is_kept(
    place: Place, make_domain: MakeDomain, *, deleted: bool
) -> None:
    context = place.context(deleted=deleted)
    make_domain([Disk(file=str(place.overlay), mib=1)])
    assert "lies on it" in (place.objection(context, place.overlay) or "")
    now = observed(place.domain)
    assert "lies on it" in (overlay_objection(place.host, now, place.merge, context) or "")


@pytest.mark.parametrize("swap", [linked, somebodys])
def test_a_repair_replaces_no_other_overlay(place: Place, swap: Swap) -> None:
    context = place.context(deleted=True)
    swap(place, place.overlay)
    assert overlay_objection(place.host, observed(place.domain), place.merge, context) is not None


def test_a_repair_replaces_the_overlay_that_it_made_before(place: Place) -> None:
    context = place.context(deleted=True)
    swapped(place, place.overlay)
    assert overlay_objection(place.host, observed(place.domain), place.merge, context) is None


def test_an_overlay_with_data_that_a_repair_did_not_make_is_kept(place: Place) -> None:
    context = place.context(deleted=True)
    swapped(place, place.overlay)
    place.domain.daemon.run("qemu-io", "-c", "write -P 1 0 64k", str(place.overlay))
    now = observed(place.domain)
    assert "holds data" in (overlay_objection(place.host, now, place.merge, context) or "")
