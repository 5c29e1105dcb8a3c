"""Features of disks that stand in the way of a snapshot, or that a snapshot breaks.

Tried on 9.0.0, 11.3.0 and 12.8.0. Some of it libvirt refuses itself, after other work is done;
some it does, and the guest does not start afterwards.
"""

from collections.abc import Iterable, Iterator

from reconcile.model.action import Create
from reconcile.model.domain import Disk, Domain
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import (
    DiskKind,
    MemoryKind,
    Snapshot,
    SnapshotDisk,
)
from reconcile.model.source import Source
from reconcile.rules import capture, names
from reconcile.rules.file_effects import file_key, outside
from reconcile.rules.refusals import Code, refuse

LONGEST_NAME = 255  # bytes of one file name, on every file system that images lie on
SECONDS_DIGITS = 10  # libvirt names a revert's overlay by the second: `stem.1790000000`
NO_FILES = frozenset({Source.BLOCK, Source.VOLUME, Source.NETWORK})


def create_refusal(
    domain: Domain, disk: Disk, wanted: SnapshotDisk, action: Create
) -> Refusal | None:
    """The refusal to take this disk into a snapshot as it is wanted, or None."""
    target, internal, name = disk.target, wanted.kind is DiskKind.INTERNAL, action.snapshot
    outside = capture.external_memory(domain, action)
    if disk.volume is not None and disk.path is None:
        return refuse(Code.VOLUME_UNRESOLVED, name, target=target, volume=disk.volume)
    if disk.source is Source.NETWORK and not domain.active:
        others = any(each.writable and each.source is Source.FILE for each in domain.disks)
        return refuse(Code.DISK_NETWORK_OFFLINE, name, target=target, others=others)
    if internal and disk.encrypted:  # QEMU dies of it while it runs, qemu-img asks for the key
        return refuse(Code.DISK_ENCRYPTED_INTERNAL, name, target=target, outside=outside)
    if disk.encrypted and not domain.active:
        return refuse(Code.DISK_ENCRYPTED, name, target=target)
    if internal and disk.data_file:
        return refuse(Code.DISK_DATA_FILE, name, target=target, path=disk.path, outside=outside)
    if not internal and disk.transient and domain.active:
        alone = action.memory.kind is MemoryKind.NONE
        return refuse(Code.DISK_TRANSIENT, name, target=target, taken=True, disks_alone=alone)
    return None


def holds_tags(disk: Disk) -> bool:
    """Whether an internal snapshot's tag can be in the disk's image."""
    kept_here = disk.format == "qcow2" and not disk.data_file
    return kept_here and not disk.shareable and not disk.encrypted


def long_names(action: Create) -> Iterator[Refusal | None]:
    """Refusals of file names that no file system takes: libvirt finds out with the guest paused."""
    named = [disk.file for disk in action.disks if disk.file]
    named += [action.memory.file] if action.memory.file else []
    for path in named:
        yield _long(action.snapshot, path, 0, file_key(action, path))


def _long(name: str, path: str, more: int, key: str | None = None) -> Refusal | None:
    length = len(path.rpartition("/")[2].encode()) + more
    if length <= LONGEST_NAME:
        return None
    return refuse(Code.FILE_NAME_LONG, name, path=path, key=key, length=length, limit=LONGEST_NAME)


def memory_refusal(domain: Domain, action: Create) -> Refusal | None:
    """The refusal to save memory where a disk forbids a migration, or None.

    A disk that is left out of the snapshot may forbid it, too.
    """
    if action.memory.kind is MemoryKind.NONE:
        return None
    transient = next((disk.target for disk in domain.disks if disk.transient), None)
    if transient is not None:
        facts = {"taken": True, "memory": True}
        return refuse(Code.DISK_TRANSIENT, action.snapshot, target=transient, **facts)
    if not domain.unmigratable:
        return None
    facts = {"internal": action.memory.kind is MemoryKind.INTERNAL}
    device = domain.unmigratable[0]
    return refuse(Code.DEVICE_UNMIGRATABLE, action.snapshot, device=device, **facts)


def unresolved(domain: Domain, snapshot: Snapshot) -> Refusal | None:
    """The refusal for a volume that libvirt cannot find now: its disk cannot be judged; or None."""
    for disk in domain.disks:
        if disk.volume is not None and disk.path is None:
            facts = {"target": disk.target, "volume": disk.volume}
            return refuse(Code.VOLUME_UNRESOLVED, snapshot.name, **facts)
    return None


def revert_refusal(target: Snapshot) -> Refusal | None:
    """The refusal of an external revert for a disk that it cannot put an overlay on, or None.

    Every disk with a source gets one, also a disk that was left out. It must be a regular file;
    shared ones are refused after the guest was stopped, and an encrypted one loses its encryption
    unless memory is loaded: the domain does not start then, nor is a revert done that starts it
    (11.3.0, 12.8.0).
    """
    definition, cold = target.definition, target.memory.kind is MemoryKind.NONE
    for name, source in target.sources:
        if source in NO_FILES:
            return refuse(Code.EXTERNAL_NOT_FILE, target.name, target=name, source=source)
    for name, base in target.base:
        if name in definition.shareable:
            return refuse(Code.DISK_SHAREABLE, target.name, target=name)
        if name in definition.transient:
            return refuse(Code.DISK_TRANSIENT, target.name, target=name)
        if name in definition.encrypted and cold:
            return refuse(Code.DISK_ENCRYPTED_REVERT, target.name, target=name)
        if (found := _long(target.name, names.stem(base), 1 + SECONDS_DIGITS)) is not None:
            return found
    return _one_name(target)


def _one_name(target: Snapshot) -> Refusal | None:
    """libvirt names the overlays itself, and refuses to make two of one name (11.3.0, 12.8.0)."""
    meeting = same_stem(target.base)
    if meeting is None:
        return None
    first, second, stem = meeting
    return refuse(Code.STEMS_EQUAL, target.name, first=first, second=second, stem=stem)


def same_stem(images: Iterable[tuple[str, str]]) -> tuple[str, str, str] | None:
    """Two disks whose overlays would get one name, and its stem; None where no two would.

    `images` are pairs of a disk's target and its image.
    """
    found: dict[str, str] = {}
    for target, path in images:
        stem = names.stem(path)
        if stem in found:
            return found[stem], target, stem
        found[stem] = target
    return None


def delete_refusal(domain: Domain, gone: Snapshot) -> Refusal | None:
    """The refusal of a merge that libvirt cannot make of a kind of disk, or None.

    Of transient disks it merges none (9.0.0, 11.3.0, 12.8.0, each by an error of its own), and for
    a domain that is off, into files and block devices alone.
    """
    for name, _base in outside(gone):
        disk = domain.disk(name)
        if disk is not None and disk.transient:
            return refuse(Code.DISK_TRANSIENT, gone.name, target=name, taken=True, deleted=True)
        source = gone.source(name)
        if not domain.active and source in {Source.VOLUME, Source.NETWORK}:
            return refuse(Code.EXTERNAL_NOT_FILE_DELETE, gone.name, target=name, source=source)
    return None
