"""Displaced disks in words, and the exact command that shows or mends one by hand."""

from shlex import quote
from typing import assert_never

from reconcile.model.leftover import (
    Displaced,
    LeftAhead,
    LeftAstray,
    LeftBroken,
    LeftHalf,
    LeftMerged,
    LeftSkipped,
    LeftTaken,
    Merge,
    Unmerged,
)


def sentence(left: Displaced) -> str:
    """What it is."""
    match left:
        case LeftAstray() | LeftMerged() | LeftSkipped() | LeftHalf():
            return _unmerged(left)
        case LeftAhead(merge):
            return _elsewhere(merge.target, merge.overlay, merge.base)
        case LeftTaken(merges):
            return f"the guest's disks lie on {_overlays(merges)} without a snapshot: that"
        case LeftBroken(name):
            return f"the snapshot {name} without all of its data"
    assert_never(left)


def _unmerged(left: Unmerged) -> str:
    match left:
        case LeftAstray(merge):
            return _elsewhere(merge.target, merge.base, merge.overlay)
        case LeftMerged(merge):
            return f"disk {merge.target} is merged before the others: that"
        case LeftSkipped(merge):
            return f"QEMU has merged {merge.overlay}, which libvirt still lists: that"
        case LeftHalf(name):
            return f"snapshot {name} is merged for some disks only: that"
    assert_never(left)


def _elsewhere(target: str, written: str, named: str) -> str:
    return f"the guest writes disk {target} to {written} while libvirt still names {named}: that"


def removed(left: Displaced) -> str:
    """What was done about it."""
    match left:
        case LeftAstray(merge) | LeftMerged(merge) | LeftSkipped(merge):
            return f"put an empty overlay {merge.overlay} back on {merge.base}, to merge it again"
        case LeftHalf(name):
            return f"merged the other disks of {name}, and told the snapshots above it"
        case LeftTaken(merges):
            return f"merged {_overlays(merges)} of a cut-off create back: no snapshot knew of it"
        case LeftBroken(name):
            return f"deleted the snapshot {name} of a cut-off create: it lacked some of its data"
        case LeftAhead(merge):
            return f"merged {merge.overlay} of a cut-off create back: libvirt did not know of it"
    assert_never(left)


def command(left: Displaced, domain: str) -> str:
    """What mends it by hand, or shows where the guest's disks are."""
    match left:
        case LeftTaken(merges):
            target = quote(merges[0].target)
            return f"virsh blockcommit {quote(domain)} {target} --active --shallow --pivot"
        case LeftAstray() | LeftAhead() | LeftSkipped():
            return f"virsh qemu-monitor-command {quote(domain)} --hmp 'info block'"
        case LeftBroken(name):
            return f"virsh snapshot-delete {quote(domain)} {quote(name)}"
        case LeftMerged() | LeftHalf():
            return f"virsh domblklist {quote(domain)}"
    assert_never(left)


def _overlays(merges: tuple[Merge, ...]) -> str:
    return " and ".join(merge.overlay for merge in merges)
