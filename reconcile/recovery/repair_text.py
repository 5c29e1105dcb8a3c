"""Words for disagreements: what each is, the command for it, and each change to a running guest.

The functions named in -ing say what is about to be changed in a running guest.
"""

from shlex import quote
from typing import assert_never

from reconcile.model.leftover import (
    Disagreement,
    DiskMerge,
    GuestOnBase,
    GuestOnOverlay,
    MergedDisk,
    MergedInnerImage,
    PartlyMergedSnapshot,
    UnfinishedMerge,
    UnknownOverlays,
)


def sentence(left: Disagreement) -> str:
    """The disagreement as the subject of a sentence, with a comma behind a subordinate clause."""
    match left:
        case GuestOnBase() | MergedDisk() | MergedInnerImage() | PartlyMergedSnapshot():
            return _unmerged(left)
        case GuestOnOverlay(merge):
            return _elsewhere(merge.target, merge.overlay, merge.base)
        case UnknownOverlays(merges):
            return f"the guest's disks lie on {_overlays(merges)} without a snapshot: that"
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
    """The words for a disagreement that was ended."""
    match left:
        case GuestOnBase(merge) | MergedDisk(merge) | MergedInnerImage(merge):
            return f"put an empty overlay {merge.overlay} back on {merge.base}, to merge it again"
        case PartlyMergedSnapshot(name):
            return f"merged the other disks of {name}, and told the snapshots above it"
        case UnknownOverlays(merges):
            return f"merged {_overlays(merges)} of a cut-off create back: no snapshot knew of it"
        case GuestOnOverlay(merge):
            return f"merged {merge.overlay} of a cut-off create back: libvirt did not know of it"
    assert_never(left)


def command(left: Disagreement, domain: str) -> str:
    """The command that ends the disagreement by hand, or shows where the guest's disks are."""
    match left:
        case UnknownOverlays(merges):
            target = quote(merges[0].target)
            return f"virsh blockcommit {quote(domain)} {target} --active --shallow --pivot"
        case GuestOnBase() | GuestOnOverlay() | MergedInnerImage():
            return f"virsh qemu-monitor-command {quote(domain)} --hmp 'info block'"
        case MergedDisk() | PartlyMergedSnapshot():
            return f"virsh domblklist {quote(domain)}"
    assert_never(left)


def _overlays(merges: tuple[DiskMerge, ...]) -> str:
    return " and ".join(merge.overlay for merge in merges)


def merging(merge: DiskMerge) -> str:
    """The words before libvirt is asked to merge an image of a running guest."""
    return f"about to merge {merge.overlay} into {merge.base} in the running guest"


def pivoting(merge: DiskMerge) -> str:
    """The words before libvirt is asked to let the guest write to the base."""
    return f"about to move disk {merge.target} of the running guest to {merge.base}"


def starting(merge: DiskMerge) -> str:
    """The words before libvirt is asked to let the disk lie on an empty overlay again."""
    return f"about to put disk {merge.target} on a new overlay {merge.overlay}"


def opening(node: str, path: str) -> str:
    """The words before QEMU is told to open a file or the image in it."""
    return f"about to open {path} as node {node} in the running QEMU"


def closing(node: str) -> str:
    """The words before QEMU is told to close a node."""
    return f"about to close node {node} in the running QEMU"


def stacking(overlay: str, node: str) -> str:
    """The words before QEMU is told to write to an overlay on top of a node."""
    return f"about to let the running QEMU write to node {overlay}, on top of node {node}"


def rebacking(node: str, backing: str) -> str:
    """The words before QEMU is told to read another node below one."""
    return f"about to let node {node} lie on node {backing} in the running QEMU"


def committing(node: str, base: str) -> str:
    """The words before QEMU is told to merge a node."""
    return f"about to commit node {node} into node {base} in the running QEMU"


def completing(job: str, base: str) -> str:
    """The words before QEMU is told to let the guest write to the base of a merge."""
    return f"about to complete job {job} in the running QEMU: the guest then writes to {base}"
