"""What a call that was cut off can leave on a host, beside what it was meant to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeftFile:
    """A file that the call began: an overlay without metadata, or a part of a memory image."""

    path: str


@dataclass(frozen=True, slots=True)
class LeftTag:
    """An internal snapshot in an image that libvirt does not know.

    `running`: QEMU holds the image. `read`: the image could be read; else it may be in there.
    """

    image: str
    name: str
    running: bool = False
    read: bool = True


@dataclass(frozen=True, slots=True)
class LeftPaused:
    """A guest that was running and is paused since."""


@dataclass(frozen=True, slots=True)
class LeftPointer:
    """No snapshot is current any more, though this one was."""

    name: str


@dataclass(frozen=True, slots=True)
class LeftStarted:
    """A guest that was off, started by libvirt for a merge and left paused: it never ran."""


@dataclass(frozen=True, slots=True)
class Merge:
    """One disk of a delete: `overlay` is committed into `base`, whose image format is `form`."""

    target: str
    overlay: str
    base: str
    form: str = "qcow2"


@dataclass(frozen=True, slots=True)
class LeftAstray:
    """A merged disk that the guest writes to its base, while libvirt still names the overlay.

    By libvirt's definition a guest that is started anew would not see what it wrote since.
    """

    merge: Merge


@dataclass(frozen=True, slots=True)
class LeftMerged:
    """A disk that is merged though its delete is not over: libvirt deletes no half of it."""

    merge: Merge


@dataclass(frozen=True, slots=True)
class LeftTaken:
    """Disks on new overlays of a snapshot that has no metadata."""

    merges: tuple[Merge, ...]


@dataclass(frozen=True, slots=True)
class LeftAhead:
    """A disk that the guest writes to a new overlay, while libvirt still names the base."""

    merge: Merge


@dataclass(frozen=True, slots=True)
class LeftBroken:
    """A snapshot that is less than was asked for: its guest died while its memory was saved."""

    name: str


@dataclass(frozen=True, slots=True)
class LeftSkipped:
    """An image in the middle of a chain that QEMU has merged, while libvirt still lists it."""

    merge: Merge


@dataclass(frozen=True, slots=True)
class LeftHalf:
    """A delete in the middle of chains that is done for some disks, not for the `pending` ones."""

    name: str
    merges: tuple[Merge, ...]
    pending: tuple[Merge, ...]


Unmerged = LeftAstray | LeftMerged | LeftSkipped | LeftHalf
"""What a cut-off merge left."""

Displaced = Unmerged | LeftTaken | LeftAhead | LeftBroken
"""Disks that do not lie where libvirt, or what was planned, says."""

Leftover = LeftFile | LeftTag | LeftPaused | LeftPointer | LeftStarted | Displaced
