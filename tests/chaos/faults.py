"""What goes wrong, and when: values only. `blows` does it, `cases` chooses it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class AtRecord:
    """Beside the n-th write to the journal: before it, or once it is written. The tool waits."""

    number: int
    written: bool


@dataclass(frozen=True, slots=True)
class BeforeCall:
    """Before the n-th changing call, which waits."""

    number: int


@dataclass(frozen=True, slots=True)
class InCall:
    """So long after the n-th changing call began, which goes on."""

    number: int
    seconds: float


Moment = AtRecord | BeforeCall | InCall


@dataclass(frozen=True, slots=True)
class KillTool:
    """SIGKILL of the tool: libvirt finishes what it was asked for."""

    moment: Moment


@dataclass(frozen=True, slots=True)
class KillDaemon:
    """SIGKILL of libvirtd, started again as by systemd."""

    moment: Moment


@dataclass(frozen=True, slots=True)
class KillGuest:
    """SIGKILL of the domain's QEMU."""

    moment: Moment


@dataclass(frozen=True, slots=True)
class CutPower:
    """The machine is off at once, and on again: no process lives, libvirt knows of none."""

    moment: Moment


@dataclass(frozen=True, slots=True)
class FillDisk:
    """All but a few KiB of the file system that the images lie on are taken.

    `early`, here and below: recovery is tried once before an administrator mends it.
    """

    moment: Moment
    left_kib: int
    early: bool


@dataclass(frozen=True, slots=True)
class MoveImage:
    """Somebody moves an image away, chosen by its place in their sorted names."""

    moment: Moment
    index: int
    early: bool


@dataclass(frozen=True, slots=True)
class Deny:
    """Nobody may change the images' folder, an image, or the journal: not even root."""

    moment: Moment
    what: Literal["folder", "image", "journal"]
    index: int
    early: bool


@dataclass(frozen=True, slots=True)
class SecondWriter:
    """Somebody takes, edits and deletes snapshots of his own from then on, and pauses the guest."""

    moment: Moment
    seed: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection breaks while libvirtd lives. `again`: it can be opened anew at once."""

    moment: Moment
    again: bool


Kill = KillTool | KillDaemon | KillGuest | CutPower
Fault = Kill | FillDisk | MoveImage | Deny | SecondWriter | Cut


def ends_guest(fault: Fault) -> bool:
    """Whether a running guest is off then."""
    return isinstance(fault, KillGuest | CutPower)


def is_early(fault: Fault) -> bool:
    """Whether recovery is tried while the cause is still there."""
    return isinstance(fault, FillDisk | MoveImage | Deny) and fault.early
