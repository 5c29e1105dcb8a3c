"""Displaced disks in words, and the exact command that shows or mends one by hand."""

from shlex import quote
from typing import assert_never

from reconcile.model.leftover import (
    Disagreement,
    DiskMerge,
    GuestOnBase,
    GuestOnOverlay,
    IncompleteSnapshot,
    MergedDisk,
    MergedInnerImage,
    PartlyMergedSnapshot,
    UnfinishedMerge,
    UnknownOverlays,
)


def sentence(left: Disagreement) -> str:
    """What it is."""
    match left:
        case GuestOnBase() | MergedDisk() | MergedInnerImage() | PartlyMergedSnapshot():
            return _unmerged(left)
        case GuestOnOverlay(merge):
            return _elsewhere(merge.target, merge.overlay, merge.base)
        case UnknownOverlays(merges):
            return f"the guest's disks lie on {_overlays(merges)} without a snapshot: that"
        case IncompleteSnapshot(name):
            return f"the snapshot {name} without all of its data"
    assert_never(left)


def _unmerged(left: UnfinishedMerge) -> str:
    match left:
        case GuestOnBase(merge):
            return _elsewhere(merge.target, merge.base, merge.overlay)
        case MergedDisk(merge):
            return f"disk {merge.target} is merged before the others: that"
        case MergedInnerImage(merge):
            return f"QEMU has merged {merge.overlay}, which libvirt still lists: that"
        case PartlyMergedSnapshot(name):
            return f"snapshot {name} is merged for some disks only: that"
    assert_never(left)


def _elsewhere(target: str, written: str, named: str) -> str:
    return f"the guest writes disk {target} to {written} while libvirt still names {named}: that"


def removed(left: Disagreement) -> str:
    """What was done about it."""
    match left:
        case GuestOnBase(merge) | MergedDisk(merge) | MergedInnerImage(merge):
            return f"put an empty overlay {merge.overlay} back on {merge.base}, to merge it again"
        case PartlyMergedSnapshot(name):
            return f"merged the other disks of {name}, and told the snapshots above it"
        case UnknownOverlays(merges):
            return f"merged {_overlays(merges)} of a cut-off create back: no snapshot knew of it"
        case IncompleteSnapshot(name):
            return f"deleted the snapshot {name} of a cut-off create: it lacked some of its data"
        case GuestOnOverlay(merge):
            return f"merged {merge.overlay} of a cut-off create back: libvirt did not know of it"
    assert_never(left)


def command(left: Disagreement, domain: str) -> str:
    """What mends it by hand, or shows where the guest's disks are."""
    match left:
        case UnknownOverlays(merges):
            target = quote(merges[0].target)
            return f"virsh blockcommit {quote(domain)} {target} --active --shallow --pivot"
        case GuestOnBase() | GuestOnOverlay() | MergedInnerImage():
            return f"virsh qemu-monitor-command {quote(domain)} --hmp 'info block'"
        case IncompleteSnapshot(name):
            return f"virsh snapshot-delete {quote(domain)} {quote(name)}"
        case MergedDisk() | PartlyMergedSnapshot():
            return f"virsh domblklist {quote(domain)}"
    assert_never(left)


def _overlays(merges: tuple[DiskMerge, ...]) -> str:
    return " and ".join(merge.overlay for merge in merges)
