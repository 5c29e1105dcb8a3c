"""The files and tags that an action makes or takes away, and which of them are left over."""

from collections.abc import Iterator

from reconcile.model.action import Action, Create, Delete, Revert
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.leftover import DiskMerge, Leftover, LeftoverFile, LeftoverTag
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.recovery.verdicts import CallContext, Evidence
from reconcile.rules.merge import is_active, overlays_of, touch
from reconcile.rules.names import stem


def files_of(action: Action) -> tuple[str, ...]:
    """The files that a create makes; those that it was told to reuse were there before."""
    if not isinstance(action, Create):
        return ()
    overlays = [] if action.capture.reuse_files else [d.file for d in action.disks if d.file]
    return (*overlays, *([action.memory.file] if action.memory.file else []))


def images_of(action: Action, before: Domain) -> tuple[str, ...]:
    """The images that the action puts a tag into, or takes one from."""
    match action:
        case Create(disks=disks):
            inside = [d.target for d in disks if d.kind is DiskKind.INTERNAL]
            found = (before.disk(target) for target in inside)
            return tuple(disk.path for disk in found if disk and disk.path)
        case Delete(snapshot=name, metadata_only=False) if name in before.tree:
            gone = before.tree[name]
            inside = [d.target for d in gone.disks if d.kind is DiskKind.INTERNAL]
            return tuple(path for target in inside if (path := gone.base_file(target)))
        case _:
            return ()


def removed_by(action: Action, before: Domain, host: Capabilities) -> tuple[str, ...]:
    """The files that are to be gone after a delete, by their real names."""
    if not isinstance(action, Delete) or action.metadata_only:
        return ()
    gone = before.tree.get(action.snapshot)
    if gone is None:
        return ()
    touched = touch(before, gone, host)
    return tuple(sorted(f for f in touched.removed | touched.merged if not f.endswith(">")))


def stems_of(action: Action, before: Domain) -> tuple[str, ...]:
    """What the overlays begin with that a revert will make; libvirt adds the second."""
    target = before.tree.get(action.snapshot) if isinstance(action, Revert) else None
    if target is None or not target.external:
        return ()
    return tuple(sorted({stem(base) for _, base in target.base if not base.endswith(">")}))


def written_by(action: Action, before: Domain, host: Capabilities) -> tuple[str, ...]:
    """The images that a delete merges others into, by their real names."""
    if not isinstance(action, Delete) or action.metadata_only:
        return ()
    gone = before.tree.get(action.snapshot)
    written = touch(before, gone, host).written if gone else frozenset()
    return tuple(sorted(file for file in written if not file.endswith(">")))


def merges_of(action: Action, before: Domain) -> tuple[DiskMerge, ...]:
    """The disks that a delete moves from the overlay they lie on to its base."""
    if not isinstance(action, Delete) or action.metadata_only:
        return ()
    gone = before.tree.get(action.snapshot)
    return () if gone is None else tuple(_merges(gone, before))


def _merges(gone: Snapshot, before: Domain) -> Iterator[DiskMerge]:
    for overlay in overlays_of(gone):
        disk, base = before.disk(overlay.target), gone.base_file(overlay.target)
        if disk and base and overlay.file and disk.path == overlay.file:
            yield DiskMerge(
                disk.target, overlay.file, base, gone.base_format(disk.target) or "qcow2"
            )


def inner_of(action: Action, before: Domain) -> tuple[DiskMerge, ...]:
    """The images that a delete takes out of the middle of an active disk's chain."""
    if not isinstance(action, Delete) or action.metadata_only:
        return ()
    gone = before.tree.get(action.snapshot)
    if gone is None or not is_active(before.tree, gone):
        return ()
    return tuple(_inner(gone, before))


def _inner(gone: Snapshot, before: Domain) -> Iterator[DiskMerge]:
    for overlay in overlays_of(gone):
        disk, base = before.disk(overlay.target), gone.base_file(overlay.target)
        if disk and base and overlay.file and disk.path != overlay.file:
            kind = gone.base_format(disk.target) or "qcow2"
            yield DiskMerge(disk.target, overlay.file, base, kind)


def left_by_create(cut: CallContext, now: Evidence) -> tuple[Leftover, ...]:
    """What is there of a create that is not in effect."""
    return (
        tuple(_left_by_create(cut.action, cut.before, now))
        if isinstance(cut.action, Create)
        else ()
    )


def _left_by_create(action: Create, before: Domain, now: Evidence) -> Iterator[Leftover]:
    """New files and tags that neither libvirt's metadata nor a disk knows."""
    used = _used(now.domain) | {f for chain in now.chains.values() for f in chain}
    yield from (LeftoverFile(f) for f in files_of(action) if f in now.files and f not in used)
    if action.snapshot not in now.domain.tree:
        yield from _tags(action, before, now)


def left_by_delete(cut: CallContext, now: Evidence) -> tuple[Leftover, ...]:
    """What should be gone after a delete: libvirt calls it done though it removed less."""
    files = now.files - set(files_of(cut.action)) - _used(now.domain)
    unread = (LeftoverTag(image, cut.action.snapshot, read=False) for image in now.unread)
    return (*map(LeftoverFile, sorted(files)), *_tags(cut.action, cut.before, now), *unread)


def left_by_revert(cut: CallContext, now: Evidence) -> tuple[Leftover, ...]:
    """New overlays of a revert that nobody lies on: it was cut off before it took them."""
    fresh = set(now.beside) - set(cut.seen.beside) - _used(now.domain)
    return tuple(map(LeftoverFile, sorted(fresh)))


def _tags(action: Action, before: Domain, now: Evidence) -> Iterator[LeftoverTag]:
    for image in images_of(action, before):
        if action.snapshot in now.tags.get(image, ()):
            yield LeftoverTag(image, action.snapshot, now.domain.active)


def _used(domain: Domain) -> set[str]:
    """Every file that a disk or a snapshot names."""
    used = {file for disk in domain.disks for file in (disk.path, *disk.backing) if file}
    return used | {file for snapshot in domain.tree for file in snapshot.files()}
