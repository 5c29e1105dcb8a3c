"""What an administrator wants to know of each domain of a host first, in one value."""

from dataclasses import dataclass

from reconcile.model.domain import DomainState
from reconcile.model.identity import DomainId


@dataclass(frozen=True, slots=True)
class HeldSpace:
    """What a domain's snapshots keep from being freed.

    `size` is in bytes as allocated on the host: all files that metadata names but those that disks
    write to; None where some file cannot be seen from here. `inside`: some data lies inside the
    disks' own images, of which nobody can say how much it is.
    """

    size: int | None = 0
    inside: bool = False


@dataclass(frozen=True, slots=True)
class DomainOverview:
    """One domain of the overview; `depth` is the number of images in its longest chain.

    libvirt says it of an active domain; else it is what the snapshots' metadata tells. `oldest` is
    when the oldest snapshot was taken, in seconds since the epoch; None without one. `findings`
    counts those that need no look at images; `doctor` looks at these, too.
    """

    id: DomainId
    state: DomainState
    snapshots: int
    owned: int
    current: str | None
    depth: int
    oldest: int | None
    held: HeldSpace
    findings: int = 0
