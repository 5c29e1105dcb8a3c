"""The footprint of a call, by the rules: files, tags in images, disks that are moved.

Files go by their real names: the stand-in of the rules for one that libvirt will choose is none.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.leftover import DiskMerge
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.rules.file_effects import file_effects
from reconcile.rules.merge import is_active, overlays_of
from reconcile.rules.names import stem


@dataclass(frozen=True, slots=True)
class CallFootprint:
    """The files, tags and disks that one call touches, by its action.

    Of a create: `created`, the files that it makes; `new_overlays`, the overlays that it starts,
    reused ones too. Of a create and a delete: `tagged`, the images that it puts a tag into or
    takes one from. Of a delete: `removed`, the files that are gone afterwards; `written`, the
    images that others are merged into; `active_merges`, the disks that it moves from the overlay
    they lie on to its base; `inner_merges`, the images that it takes out of the middle of an
    active disk's chain. Of a revert: `overlay_stems`, what the names of its new overlays begin
    with: libvirt adds the second.
    """

    created: tuple[str, ...] = ()
    new_overlays: tuple[DiskMerge, ...] = ()
    tagged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    active_merges: tuple[DiskMerge, ...] = ()
    inner_merges: tuple[DiskMerge, ...] = ()
    overlay_stems: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The files whose presence tells what became of the call, in order of their names."""
        overlays = (merge.overlay for merge in self.active_merges)
        return tuple(sorted({*self.created, *self.removed, *overlays}))

    @property
    def unlinked(self) -> tuple[str, ...]:
        """The files that are gone after a delete, in order of their names."""
        merges = (*self.active_merges, *self.inner_merges)
        return tuple(sorted({*self.removed, *(merge.overlay for merge in merges)}))


NOTHING = CallFootprint()


def call_footprint(action: Action, before: Domain, capabilities: Capabilities) -> CallFootprint:
    """The footprint of an action's call on the domain as it is before the call."""
    match action:
        case Create():
            return _created(action, before, capabilities)
        case Delete(metadata_only=False) if action.snapshot in before.tree:
            return _deleted(action, before, capabilities)
        case Revert() if action.snapshot in before.tree:
            return CallFootprint(overlay_stems=_stems(before.tree[action.snapshot]))
        case Redefine() | Delete() | Revert():
            return NOTHING


def created_files(action: Action) -> tuple[str, ...]:
    """The files that an action makes; files that a create reuses were there before."""
    if not isinstance(action, Create):
        return ()
    overlays = () if action.capture.reuse_files else (disk.file for disk in action.disks)
    return tuple(file for file in (*overlays, action.memory.file) if file is not None)


def _created(action: Create, before: Domain, capabilities: Capabilities) -> CallFootprint:
    inside = (disk.target for disk in action.disks if disk.kind is DiskKind.INTERNAL)
    disks = (before.disk(target) for target in inside)
    images = tuple(disk.path for disk in disks if disk and disk.path)
    return CallFootprint(
        created=() if capabilities.test_driver else created_files(action),
        new_overlays=tuple(_started(action, before)),
        tagged=() if capabilities.test_driver else images,
    )


def _started(action: Create, before: Domain) -> Iterator[DiskMerge]:
    for taken in action.disks:
        disk = before.disk(taken.target)
        if taken.kind is DiskKind.EXTERNAL and taken.file and disk and disk.path:
            yield DiskMerge(taken.target, taken.file, disk.path, disk.format)


def _deleted(action: Delete, before: Domain, capabilities: Capabilities) -> CallFootprint:
    gone = before.tree[action.snapshot]
    effects = file_effects(before, action, capabilities)
    inside = (disk.target for disk in gone.disks if disk.kind is DiskKind.INTERNAL)
    images = tuple(path for target in inside if (path := gone.base_file(target)))
    return CallFootprint(
        tagged=() if capabilities.test_driver else images,
        removed=tuple(sorted(effects.removed | effects.merged)),
        written=tuple(sorted(effects.written)),
        active_merges=tuple(_merges(gone, before, active=True)),
        inner_merges=(
            tuple(_merges(gone, before, active=False)) if is_active(before.tree, gone) else ()
        ),
    )


def _merges(gone: Snapshot, before: Domain, *, active: bool) -> Iterator[DiskMerge]:
    """The overlays that are merged: those that disks lie on, or those below."""
    for overlay in overlays_of(gone):
        disk, base = before.disk(overlay.target), gone.base_file(overlay.target)
        if disk and base and overlay.file and (disk.path == overlay.file) is active:
            kind = gone.base_format(disk.target) or "qcow2"
            yield DiskMerge(disk.target, overlay.file, base, kind)


def _stems(target: Snapshot) -> tuple[str, ...]:
    if not target.external:
        return ()
    return tuple(sorted({stem(base) for _, base in target.base if not base.endswith(">")}))
