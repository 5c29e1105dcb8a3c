"""Leftovers: what a call that was cut off can leave on a host beside its effect."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeftoverFile:
    """A file that the call began: an overlay without metadata, or a part of a memory image."""

    path: str


@dataclass(frozen=True, slots=True)
class LeftoverTag:
    """An internal snapshot in an image that libvirt does not know.

    `running`: QEMU holds the image. `read`: the image could be read; else it may be in there.
    """

    image: str
    name: str
    running: bool = False
    read: bool = True


@dataclass(frozen=True, slots=True)
class PausedGuest:
    """A guest that ran before the call and is paused since."""


@dataclass(frozen=True, slots=True)
class LostCurrent:
    """A lost current pointer: no snapshot is current any more, though the one of this name was."""

    name: str


@dataclass(frozen=True, slots=True)
class StartedGuest:
    """A guest that was off, started by libvirt for a merge and left paused: it never ran."""


@dataclass(frozen=True, slots=True)
class DiskMerge:
    """One disk of a delete: `overlay` is committed into `base`, whose image format is `format`."""

    target: str
    overlay: str
    base: str
    format: str = "qcow2"


@dataclass(frozen=True, slots=True)
class GuestOnBase:
    """A merged disk that the guest writes to its base, while libvirt still names the overlay.

    By libvirt's definition a guest that is started anew would not see what it wrote since.
    """

    merge: DiskMerge


@dataclass(frozen=True, slots=True)
class MergedDisk:
    """A disk that is merged though its delete is not over: libvirt deletes no half of it."""

    merge: DiskMerge


@dataclass(frozen=True, slots=True)
class UnknownOverlays:
    """Disks on new overlays of a snapshot that has no metadata."""

    merges: tuple[DiskMerge, ...]


@dataclass(frozen=True, slots=True)
class GuestOnOverlay:
    """A disk that the guest writes to a new overlay, while libvirt still names the base."""

    merge: DiskMerge


@dataclass(frozen=True, slots=True)
class IncompleteSnapshot:
    """A snapshot that is less than was asked for: its guest died while its memory was saved."""

    name: str


@dataclass(frozen=True, slots=True)
class MergedInnerImage:
    """An image in the middle of a chain that QEMU has merged, while libvirt still lists it."""

    merge: DiskMerge


@dataclass(frozen=True, slots=True)
class PartlyMergedSnapshot:
    """A delete in the middle of chains that is done for some disks, not for the `pending` ones."""

    name: str
    merges: tuple[DiskMerge, ...]
    pending: tuple[DiskMerge, ...]


UnfinishedMerge = GuestOnBase | MergedDisk | MergedInnerImage | PartlyMergedSnapshot
"""What a cut-off merge left."""

Disagreement = UnfinishedMerge | UnknownOverlays | GuestOnOverlay
"""Disks that do not lie where libvirt, or what was planned, says."""

Leftover = (
    LeftoverFile
    | LeftoverTag
    | PausedGuest
    | LostCurrent
    | StartedGuest
    | IncompleteSnapshot
    | Disagreement
)


@dataclass(frozen=True, slots=True)
class UnknownOverlay:
    """An image that no domain or snapshot names, which lies on an image of the host, `base`."""

    path: str
    base: str


@dataclass(frozen=True, slots=True)
class UnknownMemory:
    """A memory image that no snapshot names; `domain` is the UUID in it, None where it is cut."""

    path: str
    domain: str | None


UnknownFile = UnknownOverlay | UnknownMemory
"""A file beside the images of a host that belongs to no snapshot any more."""
