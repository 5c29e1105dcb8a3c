"""Kinds and features of disks that stand in the way of a snapshot, or that a snapshot breaks.

Tried on 9.0.0, 11.3.0 and 12.8.0. Some of it libvirt refuses itself, after other work is done; some
it does, and the guest does not start afterwards.
"""

from collections.abc import Iterator

from reconcile.model.action import Create
from reconcile.model.domain import Disk, Domain
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DiskKind, MemoryKind, Snapshot, SnapshotDisk
from reconcile.model.source import Source
from reconcile.rules import files
from reconcile.rules.file_effects import outside
from reconcile.rules.refusals import Code, refuse

LONGEST_NAME = 255  # bytes of one file name, on every file system that images lie on
SECONDS_DIGITS = 10  # libvirt names a revert's overlay by the second: `stem.1790000000`
NO_FILES = frozenset({Source.BLOCK, Source.VOLUME, Source.NETWORK})


def create_refusal(domain: Domain, disk: Disk, wanted: SnapshotDisk, name: str) -> Refusal | None:
    """Why this disk cannot be taken into a snapshot as it is wanted, or None."""
    target = disk.target
    if disk.volume is not None and disk.path is None:
        return refuse(Code.VOLUME_UNRESOLVED, name, target=target, volume=disk.volume)
    if disk.transient:
        return refuse(Code.DISK_TRANSIENT, name, target=target)
    if disk.data_file:
        return refuse(Code.DISK_DATA_FILE, name, target=target, path=disk.path)
    if disk.source is Source.NETWORK and not domain.active:
        return refuse(Code.DISK_NETWORK_OFFLINE, name, target=target)
    if wanted.kind is DiskKind.EXTERNAL and disk.encrypted and not domain.active:
        return refuse(Code.DISK_ENCRYPTED, name, target=target)
    return None


def long_names(action: Create) -> Iterator[Refusal | None]:
    """A name that no file system takes; found by libvirt after the guest was paused."""
    named = [disk.file for disk in action.disks if disk.file]
    named += [action.memory.file] if action.memory.file else []
    for path in named:
        length = len(path.rpartition("/")[2].encode())
        if length > LONGEST_NAME:
            facts = {"path": path, "length": length, "limit": LONGEST_NAME}
            yield refuse(Code.FILE_NAME_LONG, action.snapshot, **facts)


def memory_refusal(domain: Domain, action: Create) -> Refusal | None:
    """A guest with such a device can be paused, but what the device holds cannot be saved."""
    if action.memory.kind is MemoryKind.NONE or not domain.unmigratable:
        return None
    return refuse(Code.DEVICE_UNMIGRATABLE, action.snapshot, device=domain.unmigratable[0])


def unresolved(domain: Domain, snapshot: Snapshot) -> Refusal | None:
    """A volume that libvirt cannot find now: nothing about the disk can be known."""
    for disk in domain.disks:
        if disk.volume is not None and disk.path is None:
            facts = {"target": disk.target, "volume": disk.volume}
            return refuse(Code.VOLUME_UNRESOLVED, snapshot.name, **facts)
    return None


def revert_refusal(domain: Domain, target: Snapshot) -> Refusal | None:
    """libvirt reverts external snapshots of regular files only, and names the overlays itself."""
    for name, base in outside(target):
        source = target.source(name)
        if source in NO_FILES:
            return refuse(Code.EXTERNAL_NOT_FILE, target.name, target=name, source=source)
        overlay = files.revert_overlay(domain, base).rpartition(".<")[0].rpartition("/")[2]
        length = len(overlay.encode()) + 1 + SECONDS_DIGITS
        if length > LONGEST_NAME:
            facts = {"path": f"{overlay}.SECONDS", "length": length, "limit": LONGEST_NAME}
            return refuse(Code.FILE_NAME_LONG, target.name, **facts)
    return None


def delete_refusal(domain: Domain, gone: Snapshot) -> Refusal | None:
    """libvirt merges into a block device, but not into a volume of a domain that is off."""
    if domain.active:
        return None
    for name, _base in outside(gone):
        source = gone.source(name)
        if source in {Source.VOLUME, Source.NETWORK}:
            return refuse(Code.EXTERNAL_NOT_FILE_DELETE, gone.name, target=name, source=source)
    return None
