"""A create that lost its libvirtd: the disks lie on the new overlays, and no snapshot says so.

QEMU moves all disks at once; then libvirt writes the definition, and last the metadata. Killed in
between, it names overlays that no snapshot knows, or still the files that the guest has left.
"""

from collections.abc import Iterator
from dataclasses import replace

from reconcile.model.action import Create
from reconcile.model.domain import Domain
from reconcile.model.leftover import (
    DiskMerge,
    GuestOnOverlay,
    IncompleteSnapshot,
    Leftover,
    UnknownOverlays,
)
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.recovery.deviations import snapshot_deviations
from reconcile.recovery.verdicts import CallContext, Evidence


def started_by(cut: CallContext) -> tuple[DiskMerge, ...]:
    """The overlays that a create starts, each on the file that its disk really lay on."""
    return tuple(_started(cut, cut.action)) if isinstance(cut.action, Create) else ()


def _started(cut: CallContext, action: Create) -> Iterator[DiskMerge]:
    for taken in action.disks:
        disk = cut.before.disk(taken.target)
        base = dict(cut.seen.paths).get(taken.target) or (disk and disk.path)
        if taken.kind is DiskKind.EXTERNAL and taken.file and disk and base:
            yield DiskMerge(taken.target, taken.file, base, disk.format)


def taken(cut: CallContext, now: Evidence) -> tuple[Leftover, ...]:
    """The disks to be brought back to where they lay before a create that is not in effect."""
    found = now.domain.tree.get(cut.action.snapshot)
    if found is not None:
        return (IncompleteSnapshot(found.name),) if _is_broken(cut, found, now.domain) else ()
    named = {merge: _named(merge, now.domain) for merge in started_by(cut)}
    ahead = [
        GuestOnOverlay(merge)
        for merge, path in named.items()
        if path == merge.base and now.writes(merge.target) == merge.overlay
    ]
    moved = tuple(merge for merge, path in named.items() if path == merge.overlay)
    return (*ahead, *([UnknownOverlays(moved)] if moved else []))


def _is_broken(cut: CallContext, found: Snapshot, domain: Domain) -> bool:
    """Whether this call has made it, it holds less than was asked for, and nobody built on it.

    libvirt takes what it can of a guest that went off a moment before: an internal snapshot of the
    disks alone. libvirt 9.0 keeps an external one though the guest died while it was saved.
    """
    made = cut.after.tree[found.name]
    asked = replace(made, mark=found.mark, parent=found.parent, description=found.description)
    if not any(snapshot_deviations(asked, found)):
        return False
    alone = not domain.tree.children(found.name) and domain.tree.current == found.name
    return alone and _is_ours(cut, made, found)


def _is_ours(cut: CallContext, made: Snapshot, found: Snapshot) -> bool:
    """By its mark; or by its overlays, whose names nobody else has chosen."""
    files = {disk.file for disk in found.disks if disk.kind is DiskKind.EXTERNAL}
    if files != {merge.overlay for merge in started_by(cut)}:
        return False
    return found.mark == made.mark if found.mark or not files else True


def brought_back(left: tuple[Leftover, ...], cut: CallContext, domain: Domain) -> Domain:
    """The domain as it is once its disks are back, and a broken snapshot is gone."""
    tree, bases = domain.tree, dict[str, str]()
    for each in left:
        match each:
            case UnknownOverlays(merges):
                bases |= {merge.target: merge.base for merge in merges}
            case IncompleteSnapshot(name):
                bases |= {merge.target: merge.base for merge in started_by(cut)}
                tree = tree.drop(name).with_current(cut.before.tree.current)
            case _:
                continue
    disks = (replace(disk, path=bases.get(disk.target, disk.path)) for disk in domain.disks)
    return replace(domain, disks=tuple(disks), tree=tree)


def _named(merge: DiskMerge, domain: Domain) -> str | None:
    disk = domain.disk(merge.target)
    return disk.path if disk else None
