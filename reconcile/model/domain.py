"""A domain on a host: its state, its disks and its snapshot tree."""

from dataclasses import dataclass, field
from enum import StrEnum

from reconcile.model.definition import Definition
from reconcile.model.snapshot import DiskKind
from reconcile.model.source import Source
from reconcile.model.tree import Tree


class DomainState(StrEnum):
    """The states that matter to snapshots; anything else (crashed, pmsuspended...) is `other`."""

    RUNNING = "running"
    PAUSED = "paused"
    SHUTOFF = "shutoff"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Disk:
    """One disk of a domain. `backing` is the chain below `path`, where known.

    `backing_formats` are the formats of those images as libvirt tells them of an active domain.
    `chain_told`: the definition names the chain to its end, so libvirt does not look at images.
    `volume` names a volume of a storage pool, whose file `path` is where libvirt can tell it.
    `data_file`: the image keeps its data in another file. `missing` and `disagrees` are what the
    host's images say: the first image of the disk's chain that is gone, and whether its real chain
    is another than the snapshots' metadata tells.
    """

    target: str
    path: str | None
    source: Source = Source.FILE
    format: str = "qcow2"
    device: str = "disk"
    readonly: bool = False
    shareable: bool = False
    default: DiskKind | None = None
    backing: tuple[str, ...] = ()
    backing_formats: tuple[str, ...] = ()
    chain_told: bool = False
    volume: str | None = None
    encrypted: bool = False
    transient: bool = False
    data_file: bool = False
    missing: str | None = None
    disagrees: bool = False

    @property
    def removable(self) -> bool:
        """Whether libvirt changes the disk's medium by itself, e.g. drops one that is missing."""
        return self.device in {"cdrom", "floppy"}

    @property
    def writable(self) -> bool:
        """Whether libvirt takes the disk for a writable one: a floppy with a medium, too."""
        if self.readonly:
            return False
        medium = self.device == "floppy" and self.source is not Source.NONE
        return medium or self.device in {"disk", "lun"}

    @property
    def snapshotable(self) -> bool:
        """Whether libvirt takes this disk into a snapshot unless told otherwise."""
        return self.writable and self.default is not DiskKind.NONE


@dataclass(frozen=True, slots=True)
class Firmware:
    """UEFI with its variables; `nvram_format` decides whether an internal snapshot holds them."""

    nvram: str | None
    nvram_format: str = "raw"


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain with everything that a plan depends on. `agent`: a guest agent is connected.

    `unmigratable` names devices whose state cannot be saved, so that no memory can be captured.
    """

    name: str
    uuid: str
    state: DomainState
    disks: tuple[Disk, ...]
    tree: Tree
    persistent: bool = True
    managed_save: bool = False
    checkpoints: tuple[str, ...] = ()
    block_jobs: tuple[str, ...] = ()
    firmware: Firmware | None = None
    agent: bool = False
    unmigratable: tuple[str, ...] = ()
    definition: Definition = field(default_factory=Definition)

    @property
    def images(self) -> frozenset[str]:
        """Every image that a disk lies on, with those below where they are known."""
        return frozenset(p for disk in self.disks for p in (disk.path, *disk.backing) if p)

    @property
    def active(self) -> bool:
        return self.state is not DomainState.SHUTOFF

    def disk(self, target: str) -> Disk | None:
        return next((disk for disk in self.disks if disk.target == target), None)
