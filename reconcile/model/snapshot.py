"""One snapshot on a host: observed there, or simulated by the rules."""

from dataclasses import dataclass, field
from enum import StrEnum

from reconcile.model.definition import Definition
from reconcile.model.source import Source


class DiskKind(StrEnum):
    """Where a snapshot keeps one disk's data. `none` is libvirt's `no`."""

    NONE = "none"
    INTERNAL = "internal"
    EXTERNAL = "external"
    MANUAL = "manual"


class MemoryKind(StrEnum):
    """Where a snapshot keeps the guest's memory."""

    NONE = "none"
    INTERNAL = "internal"
    EXTERNAL = "external"


class SnapshotState(StrEnum):
    """The domain's state that a snapshot recorded; `disk-snapshot` is running, disks only."""

    RUNNING = "running"
    PAUSED = "paused"
    SHUTOFF = "shutoff"
    DISK_SNAPSHOT = "disk-snapshot"
    OTHER = "other"

    @property
    def active(self) -> bool:
        """Whether a revert brings the guest back with its memory."""
        return self in {SnapshotState.RUNNING, SnapshotState.PAUSED}


class DataState(StrEnum):
    """What the host's images say of a snapshot's data. UNASKED: nobody looked, or nobody can.

    GONE: an image or tag that held the data is no more. OVERWRITTEN: the guest writes to the very
    image that held the data. DIFFERS: the images are there, but they do not lie on each other as
    the metadata tells.
    """

    UNASKED = "unasked"
    HELD = "held"
    DIFFERS = "differs"
    OVERWRITTEN = "overwritten"
    GONE = "gone"

    @property
    def lost(self) -> bool:
        return self in {DataState.GONE, DataState.OVERWRITTEN}


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory part of a snapshot; `file` only with the external kind."""

    kind: MemoryKind
    file: str | None = None


NO_MEMORY = Memory(MemoryKind.NONE)


@dataclass(frozen=True, slots=True)
class SnapshotDisk:
    """One disk of a snapshot. `file` is the overlay that an external snapshot starts."""

    target: str
    kind: DiskKind
    file: str | None = None
    driver: str | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What a whole tree declared when it was last applied: kept in the mark of one snapshot of it.

    `names` and `current` are hashes of names (`diff.declaration.short`); `current` is None where no
    current snapshot was declared. `serial` grows with every apply that writes it.
    """

    serial: int
    names: tuple[str, ...]
    current: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark that reconcile writes into a snapshot's own XML to own it (design §4).

    `snapshot` names the owner, so that a mark inherited through a revert counts for nothing;
    `digest` is that of the declared entry (`diff.declaration.digest`). `fields` holds a hash of
    each value that the entry declared, by its key path; marks of format 1 have none.
    """

    snapshot: str
    digest: str
    revision: str | None = None
    protect: bool = False
    labels: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    applied: Applied | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The metadata of one snapshot; `created` is in seconds since the epoch.

    `base` maps disk targets to the files in use when the snapshot was taken, `formats` to their
    image formats, `sources` to what the disks lay on where that was no file.

    The base files of an external snapshot hold its data; the files in `disks` hold what was
    written after it. `revert_disks` and `delete_in_progress` are libvirt's bookkeeping, needed by
    the rules, never compared. `data` is not metadata: it says what the host's images were found to
    hold of it. `definition` sums up the domain's definition in it, which a revert brings back.
    """

    name: str
    parent: str | None
    state: SnapshotState
    memory: Memory
    disks: tuple[SnapshotDisk, ...]
    description: str = ""
    created: int = 0
    mark: Mark | None = None
    base: tuple[tuple[str, str], ...] = ()
    formats: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, Source], ...] = ()
    revert_disks: tuple[SnapshotDisk, ...] = ()
    delete_in_progress: bool = False
    has_domain: bool = True
    data: DataState = DataState.UNASKED
    definition: Definition = field(default_factory=Definition)

    @property
    def external(self) -> bool:
        """Whether libvirt counts the snapshot as external: by its memory, or by any disk."""
        return self.memory.kind is MemoryKind.EXTERNAL or any(
            disk.kind is DiskKind.EXTERNAL for disk in self.disks
        )

    @property
    def owned(self) -> bool:
        return self.mark is not None

    @property
    def protected(self) -> bool:
        return self.mark is not None and self.mark.protect

    def disk(self, target: str) -> SnapshotDisk | None:
        return next((disk for disk in self.disks if disk.target == target), None)

    def base_file(self, target: str) -> str | None:
        return next((file for name, file in self.base if name == target), None)

    def base_format(self, target: str) -> str | None:
        """The image format of the disk's base file; None where the metadata does not tell it."""
        return next((form for name, form in self.formats if name == target), None)

    def source(self, target: str) -> Source:
        """The kind of source that the disk lay on when the snapshot was taken."""
        return dict(self.sources).get(target, Source.FILE)

    def files(self) -> tuple[str, ...]:
        """Every file that the snapshot's metadata names: overlays, bases and memory."""
        overlays = [disk.file for disk in (*self.disks, *self.revert_disks) if disk.file]
        memory = [self.memory.file] if self.memory.file else []
        return (*overlays, *(file for _, file in self.base), *memory)
