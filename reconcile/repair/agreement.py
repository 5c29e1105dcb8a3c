"""The way into this folder: a repair for each disagreement. What a guest reads never changes.

Disks are put where libvirt or its metadata says that they are: back on an empty overlay, so that
libvirt can merge it together with the others; or back on their base, from an overlay that no
snapshot knows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from reconcile.libvirt.connection import Connection
from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.xml.domain import LiveDisk, live_disks
from reconcile.model.leftover import (
    Disagreement,
    DiskMerge,
    GuestOnBase,
    GuestOnOverlay,
    MergedDisk,
    MergedInnerImage,
    PartlyMergedSnapshot,
    UnknownOverlays,
)
from reconcile.observe.qemu_disks import QemuDisk, observe_qemu_disks
from reconcile.qemu_img import image as qemu_img
from reconcile.repair import by_libvirt, by_qemu, overlay, xml


@dataclass(frozen=True, slots=True)
class RepairSite:
    """The domain that a repair is made on; its images lie on this machine.

    `snapshots` gives the names of the domain's snapshots; `tell` is told of each change to a
    running guest before it is made. `require_overlay` raises OSError where an overlay that is to be
    removed is not the one of the call that was cut off.
    """

    host: Connection
    domain: DomainHandle
    snapshots: Callable[[], Iterable[str]]
    tell: Callable[[str], None]
    require_overlay: Callable[[DiskMerge], None]

    @property
    def running(self) -> bool:
        """Whether the domain is active, so that a QEMU runs. Raises HostError."""
        return self.domain.process() is not None

    def remove(self, *merges: DiskMerge) -> None:
        """Remove overlays whose data is in their bases. Raises OSError."""
        for merge in merges:
            self.require_overlay(merge)
            overlay.remove(merge)

    def make_empty(self, merge: DiskMerge, size: int | None = None) -> None:
        """Make an overlay anew and empty, of this size in bytes. Raises OSError."""
        self.require_overlay(merge)
        overlay.make_empty(merge, size)

    def qemu(self) -> by_qemu.RunningQemu:
        """The QEMU of the active domain, whose block nodes a repair changes."""
        return by_qemu.RunningQemu(self.domain, self.tell)


def repair(disagreement: Disagreement, site: RepairSite) -> None:
    """End a disagreement about where disks lie.

    Raises HostError and OSError, also where the disagreement is not as it was seen any more.
    """
    match disagreement:
        case MergedDisk(merge):
            site.remove(merge)  # libvirt and QEMU name the base: it is of no use any more
            by_libvirt.put_on_overlay(merge, site.domain, site.tell)
        case MergedInnerImage(merge):
            _into_the_chain(merge, site)
        case GuestOnBase(merge) if site.running:
            _onto_overlay(merge, site)
        case GuestOnBase(merge):
            site.make_empty(merge)
        case PartlyMergedSnapshot():
            _complete(disagreement, site)
        case GuestOnOverlay(merge):
            _back_to_base(merge, site)
        case UnknownOverlays(merges):
            _merge_back(merges, site)
        case _:
            assert_never(disagreement)


def _into_the_chain(merge: DiskMerge, site: RepairSite) -> None:
    """QEMU has left the image out, libvirt still lists it: an empty one is read in its place."""
    disks = live_disks(site.domain.xml())
    drive = observe_qemu_disks(site.domain, disks)[merge.target]
    disk = next(each for each in disks if each.target == merge.target)
    if merge.overlay not in disk.below or merge.overlay in drive.images:
        raise FileExistsError(f"libvirt and QEMU agree about {merge.overlay} now")
    qemu = site.qemu()
    by_qemu.close_image(qemu, by_qemu.image_node(replace(disk, index=disk.below[merge.overlay])))
    site.make_empty(merge)
    by_qemu.reinsert(qemu, disk, drive, merge.overlay, merge.base)


def _onto_overlay(merge: DiskMerge, site: RepairSite) -> None:
    """QEMU names the base, libvirt the overlay: QEMU is told what libvirt believes."""
    disk, drive = _found(merge, site)
    qemu = site.qemu()
    by_qemu.close_image(qemu, by_qemu.image_node(disk))
    site.make_empty(merge, drive.size)
    by_qemu.put_on_overlay(qemu, disk, drive)


def _found(merge: DiskMerge, site: RepairSite) -> tuple[LiveDisk, QemuDisk]:
    """The disk as both see it; that they differ is asked once more, for it may have moved."""
    disks = live_disks(site.domain.xml())
    drive = observe_qemu_disks(site.domain, disks).get(merge.target)
    disk = next((each for each in disks if each.target == merge.target), None)
    if disk is None or drive is None or disk.path != merge.overlay:
        raise FileNotFoundError(f"libvirt does not name {merge.overlay} any more")
    if drive.file != merge.base:
        raise FileExistsError(f"QEMU does not write to {merge.base} any more")
    return disk, drive


def _complete(left: PartlyMergedSnapshot, site: RepairSite) -> None:
    """Delete a snapshot in the middle of chains disk by disk, as libvirt does it all at once."""
    domain = site.domain
    if site.running:
        for merge in left.pending:
            by_libvirt.merge_inner(merge, domain, site.tell)
    else:
        for merge in left.pending:
            overlay.commit_inner(merge, domain)
        images = {merge.overlay for merge in left.merges}
        site.host.define(xml.without_backing(domain.secure_definition(), images))
    others = [name for name in site.snapshots() if name != left.name]
    by_libvirt.forget(left.name, left.merges, domain, others)
    site.remove(*left.merges)


def _back_to_base(merge: DiskMerge, site: RepairSite) -> None:
    """Merge a new overlay that libvirt does not know into the base that it names."""
    drive = observe_qemu_disks(site.domain, live_disks(site.domain.xml())).get(merge.target)
    if drive is None or drive.file != merge.overlay:
        raise FileNotFoundError(f"QEMU does not write to {merge.overlay} any more")
    by_qemu.commit_into(site.qemu(), drive, merge.base, f"reconcile-{merge.target}")
    site.remove(merge)


def _merge_back(merges: tuple[DiskMerge, ...], site: RepairSite) -> None:
    """Merge overlays that no snapshot knows into their bases, and remove them.

    Never by telling libvirt of a snapshot and deleting that: below another current snapshot
    11.3.0 takes the entry for a branch of its own, and removes the base.
    """
    if site.running:
        for merge in merges:
            by_libvirt.merge_active(merge, site.domain, site.tell)
    else:
        for merge in merges:
            qemu_img.commit(merge.overlay)
        site.host.define(xml.on_bases(site.domain.secure_definition(), merges))
    site.remove(*merges)
