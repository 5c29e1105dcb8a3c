"""Disks put where libvirt, or its metadata, says that they are; what a guest reads never changes.

Put back on an empty overlay, so that libvirt can merge it together with the others; or brought back
to their base from an overlay that no snapshot knows. Through libvirt, where its definition is
right; through QEMU, where it is not.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from reconcile.libvirt.calls import REDEFINE
from reconcile.libvirt.connection import Connection, DomainHandle
from reconcile.libvirt.xml import snapshot as snapshot_xml
from reconcile.libvirt.xml.domain import LiveDisk, live_disks
from reconcile.model.leftover import (
    DiskMerge,
    GuestOnBase,
    MergedDisk,
    MergedInnerImage,
    PartlyMergedSnapshot,
)
from reconcile.qemu_img import image as qemu_img
from reconcile.repair import qemu_monitor
from reconcile.repair.libvirt_merge import merge_active, merge_inner
from reconcile.repair.qemu_monitor import Json

ALONE = ("DISK_ONLY", "NO_METADATA")


def bring_back(merge: DiskMerge, domain: DomainHandle) -> None:
    """Merge a new overlay that libvirt does not know into the base that it names, and remove it.

    Raises HostError, OSError.
    """
    drive = qemu_monitor.drives(domain, live_disks(domain.xml())).get(merge.target)
    if drive is None or qemu_monitor.file_of(drive) != merge.overlay:
        raise FileNotFoundError(f"QEMU does not write to {merge.overlay} any more")
    qemu_monitor.merge_back(domain, drive, merge.base, f"reconcile-{merge.target}")
    Path(merge.overlay).unlink(missing_ok=True)


def untake(merges: tuple[DiskMerge, ...], host: Connection, domain: DomainHandle) -> None:
    """Merge overlays that no snapshot knows into their bases, and remove them.

    Never by telling libvirt of a snapshot and deleting that: below another current snapshot it
    takes the entry for a branch of its own, and removes the base. Raises HostError, OSError.
    """
    if domain.process() is not None:
        for merge in merges:
            merge_active(domain, merge.target, merge.overlay, merge.base)
    else:
        for merge in merges:
            qemu_img.commit(merge.overlay)
        host.define(snapshot_xml.rebased(domain.secure_definition(), merges))
    for merge in merges:
        Path(merge.overlay).unlink(missing_ok=True)


def complete(
    left: PartlyMergedSnapshot, host: Connection, domain: DomainHandle, names: Iterable[str]
) -> None:
    """Delete a snapshot in the middle of chains disk by disk, as libvirt does it all at once.

    Merge what is left, leave the overlays out of what the other snapshots know, forget the
    snapshot, and remove the overlays. Raises HostError, OSError.
    """
    overlays = {merge.overlay for merge in left.merges}
    if domain.process() is None:
        for merge in left.pending:
            _merge_by_hand(merge, domain)
        host.define(snapshot_xml.shortened(domain.secure_definition(), overlays))
    else:
        for merge in left.pending:
            merge_inner(domain, merge.target, merge.overlay, merge.base)
    for dump in [domain.secure_xml(name) for name in names if name != left.name]:
        if snapshot_xml.relies_on(dump, overlays):
            domain.redefine(snapshot_xml.moved(dump, left.merges), REDEFINE)
    domain.delete(left.name, ("METADATA_ONLY",))
    for merge in left.merges:
        Path(merge.overlay).unlink(missing_ok=True)


def _merge_by_hand(merge: DiskMerge, domain: DomainHandle) -> None:
    """The guest is off: written into the base first, then left out of the chain."""
    disk = next(each for each in domain.disks() if each.target == merge.target)
    above = qemu_img.above(disk.path or "", merge.overlay)
    qemu_img.commit(merge.overlay)
    qemu_img.rebase(above, merge.base, merge.form)


def put_back(left: GuestOnBase | MergedDisk | MergedInnerImage, domain: DomainHandle) -> None:
    """Do it. Raises HostError, OSError."""
    match left:
        case MergedDisk(merge):
            _through_libvirt(merge, domain)
        case MergedInnerImage(merge):
            _into_the_middle(merge, domain)
        case GuestOnBase(merge) if domain.process() is None:
            _create(merge, None)
        case GuestOnBase(merge):
            _through_qemu(merge, domain)


def _through_libvirt(merge: DiskMerge, domain: DomainHandle) -> None:
    """libvirt and QEMU name the base: what is at the overlay's name is of no use any more."""
    Path(merge.overlay).unlink(missing_ok=True)
    others = tuple(disk.target for disk in domain.disks() if disk.target != merge.target)
    domain.create(snapshot_xml.overlay(merge.target, merge.overlay, others), ALONE)


def _through_qemu(merge: DiskMerge, domain: DomainHandle) -> None:
    """QEMU names the base, libvirt the overlay: QEMU is told what libvirt believes."""
    disk, drive = _found(merge, domain)
    qemu_monitor.let_go(domain, disk)
    _create(merge, qemu_monitor.size_of(drive))
    qemu_monitor.put_back(domain, disk, drive)


def _into_the_middle(merge: DiskMerge, domain: DomainHandle) -> None:
    """QEMU has left the image out, libvirt still lists it: an empty one is read in its place."""
    disks = live_disks(domain.xml())
    drive = qemu_monitor.drives(domain, disks)[merge.target]
    disk = next(each for each in disks if each.target == merge.target)
    if merge.overlay not in disk.below or merge.overlay in qemu_monitor.chain_of(drive):
        raise FileExistsError(f"libvirt and QEMU agree about {merge.overlay} now")
    qemu_monitor.let_go(domain, replace(disk, index=disk.below[merge.overlay]))
    _create(merge, None)
    qemu_monitor.reinsert(domain, disk, drive, merge.overlay, merge.base)


def _found(merge: DiskMerge, domain: DomainHandle) -> tuple[LiveDisk, Json]:
    """The disk as both see it; that it is astray is asked once more, for it may have moved."""
    disks = live_disks(domain.xml())
    drive = qemu_monitor.drives(domain, disks).get(merge.target)
    disk = next((each for each in disks if each.target == merge.target), None)
    if disk is None or drive is None or disk.path != merge.overlay:
        raise FileNotFoundError(f"libvirt does not name {merge.overlay} any more")
    if qemu_monitor.file_of(drive) != merge.base:
        raise FileExistsError(f"QEMU does not write to {merge.base} any more")
    return disk, drive


def _create(merge: DiskMerge, size: int | None) -> None:
    """Below the same name, for the user that QEMU runs as: the base belongs to it."""
    Path(merge.overlay).unlink(missing_ok=True)
    qemu_img.create_overlay(merge.overlay, merge.base, merge.form, size)
    owner = Path(merge.base).stat()
    if os.geteuid() == 0:
        os.chown(merge.overlay, owner.st_uid, owner.st_gid)
    Path(merge.overlay).chmod(owner.st_mode & 0o777)
