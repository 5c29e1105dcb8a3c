"""Creates that lost their libvirtd: the disks lie on the new overlays, and no snapshot says so.

QEMU moves all disks at once; then libvirt writes the definition, and last the metadata. Killed in
between, it names overlays that no snapshot knows, or still the files that the guest has left.
"""

from dataclasses import replace

from reconcile.model.domain import Domain
from reconcile.model.leftover import DiskMerge, GuestOnOverlay, IncompleteSnapshot, UnknownOverlays
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.recovery.call_context import CallContext
from reconcile.recovery.deviations import snapshot_deviations
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.verdicts import Leftovers


def moved_disks(context: CallContext, evidence: Evidence) -> Leftovers:
    """The disks to be brought back to where they lay before a create that is not in effect."""
    found = evidence.domain.tree.get(context.action.snapshot)
    if found is not None:
        broken = _is_broken(context, found, evidence.domain)
        return (IncompleteSnapshot(found.name),) if broken else ()
    named = {merge: _named(merge, evidence.domain) for merge in context.new_overlays}
    ahead = [
        GuestOnOverlay(merge)
        for merge, path in named.items()
        if path == merge.base and evidence.writes(merge.target) == merge.overlay
    ]
    moved = tuple(merge for merge, path in named.items() if path == merge.overlay)
    return (*ahead, *([UnknownOverlays(moved)] if moved else []))


def _is_broken(context: CallContext, found: Snapshot, domain: Domain) -> bool:
    """Whether this call has made it, it holds less than was asked for, and nobody built on it.

    Of a guest that went off a moment before, libvirt takes what it can: an internal snapshot of the
    disks alone (9.0.0, 11.3.0, 12.8.0). libvirt 9.0.0 keeps an external one though the guest died
    while its memory was saved.
    """
    made = context.after.tree[found.name]
    asked = replace(made, mark=found.mark, parent=found.parent, description=found.description)
    if not any(snapshot_deviations(asked, found)):
        return False
    alone = not domain.tree.children(found.name) and domain.tree.current == found.name
    return alone and _is_ours(context, made, found)


def _is_ours(context: CallContext, made: Snapshot, found: Snapshot) -> bool:
    """By its mark; or by its overlays, whose names nobody else has chosen."""
    files = {disk.file for disk in found.disks if disk.kind is DiskKind.EXTERNAL}
    if files != {merge.overlay for merge in context.new_overlays}:
        return False
    return found.mark == made.mark if found.mark or not files else True


def brought_back(moved: Leftovers, context: CallContext, domain: Domain) -> Domain:
    """The domain once its disks are back on their files, and a broken snapshot is gone."""
    tree, bases = domain.tree, dict[str, str]()
    for each in moved:
        match each:
            case UnknownOverlays(merges):
                bases |= {merge.target: merge.base for merge in merges}
            case IncompleteSnapshot(name):
                bases |= {merge.target: merge.base for merge in context.new_overlays}
                tree = tree.drop(name).with_current(context.before.tree.current)
            case _:
                continue
    disks = (replace(disk, path=bases.get(disk.target, disk.path)) for disk in domain.disks)
    return replace(domain, disks=tuple(disks), tree=tree)


def _named(merge: DiskMerge, domain: Domain) -> str | None:
    disk = domain.disk(merge.target)
    return disk.path if disk else None
