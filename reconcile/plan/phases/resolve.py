"""Create actions made of declared entries: every disk, the memory and the files by name.

What is not declared follows libvirt: disks are internal unless something of the snapshot is
external, and memory belongs to an internal snapshot of an active domain.
"""

from reconcile.diff.declaration import mark
from reconcile.model.action import Create
from reconcile.model.desired import DesiredSnapshot
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.snapshot import (
    NO_MEMORY,
    DiskKind,
    Memory,
    MemoryKind,
    SnapshotDisk,
    SnapshotState,
)
from reconcile.model.source import Source
from reconcile.rules import names


def resolve(desired: DesiredSnapshot, domain: Domain, revision: str | None) -> Create:
    """The create action for a missing snapshot on the domain as the steps before have left it."""
    disks = _disks(desired, domain)
    memory = _memory(desired, domain, disks)
    return Create(
        snapshot=desired.name,
        parent=domain.tree.current,
        state=recorded_state(domain, disks, memory),
        memory=memory,
        disks=disks,
        description=desired.description or "",
        mark=mark(desired, None, revision),
        capture=desired.capture,
    )


def _disks(desired: DesiredSnapshot, domain: Domain) -> tuple[SnapshotDisk, ...]:
    declared = {disk.target: disk for disk in desired.disks or ()}
    default = DiskKind.EXTERNAL if _wants_external(desired) else DiskKind.INTERNAL
    unknown = [disk for target, disk in declared.items() if domain.disk(target) is None]
    known = (_disk(disk, declared.get(disk.target), default, desired.name) for disk in domain.disks)
    return (*(disk for disk in known if not _is_empty_floppy(disk, domain)), *unknown)


def _is_empty_floppy(wanted: SnapshotDisk, domain: Domain) -> bool:
    """A drive that libvirt leaves out by itself, and refuses an internal snapshot that says so.

    It takes the drive for a writable disk, whose kind must be that of the others (9.0.0 to 12.8.0).
    """
    disk = domain.disk(wanted.target)
    empty = disk is not None and disk.device == "floppy" and disk.source is Source.NONE
    return empty and wanted.kind is DiskKind.NONE


def _wants_external(desired: DesiredSnapshot) -> bool:
    disks = any(disk.kind is DiskKind.EXTERNAL for disk in desired.disks or ())
    memory = desired.memory is not None and desired.memory.kind is MemoryKind.EXTERNAL
    return disks or memory


def _disk(
    disk: Disk, declared: SnapshotDisk | None, default: DiskKind, snapshot: str
) -> SnapshotDisk:
    undeclared = default if disk.snapshotable else DiskKind.NONE
    kind = declared.kind if declared else undeclared
    if kind is not DiskKind.EXTERNAL:
        return SnapshotDisk(disk.target, kind)
    named = declared.file if declared else None
    driver = declared.driver if declared else None
    derived = names.overlay(disk.path, snapshot) if _derivable(disk) and disk.path else None
    return SnapshotDisk(disk.target, kind, named or derived, driver or "qcow2")


def _derivable(disk: Disk) -> bool:
    return disk.source is Source.FILE


def _memory(desired: DesiredSnapshot, domain: Domain, disks: tuple[SnapshotDisk, ...]) -> Memory:
    if desired.memory is None:
        internal = any(disk.kind is DiskKind.INTERNAL for disk in disks)
        return Memory(MemoryKind.INTERNAL) if internal and domain.active else NO_MEMORY
    if desired.memory.kind is not MemoryKind.EXTERNAL or desired.memory.file:
        return desired.memory
    first = next(
        (d.path for d in domain.disks if d.path and _derivable(d) and not d.readonly), None
    )
    return Memory(MemoryKind.EXTERNAL, names.memory_file(first, desired.name) if first else None)


def recorded_state(
    domain: Domain, disks: tuple[SnapshotDisk, ...], memory: Memory
) -> SnapshotState:
    """What libvirt records: `disk-snapshot` is an active domain without its memory."""
    if not domain.active:
        return SnapshotState.SHUTOFF
    external = any(disk.kind is DiskKind.EXTERNAL for disk in disks)
    if external and memory.kind is MemoryKind.NONE:
        return SnapshotState.DISK_SNAPSHOT
    paused = domain.state is DomainState.PAUSED
    return SnapshotState.PAUSED if paused else SnapshotState.RUNNING
