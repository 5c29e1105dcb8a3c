"""What differs between a manifest and a host, and who changed it since the last apply."""

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Where a difference comes from, seen from the last apply; UNKNOWN where nobody can know."""

    HOST = "host"
    GIT = "git"
    BOTH = "both"
    UNKNOWN = "unknown"


class DriftKind(StrEnum):
    """The kinds of differences between a manifest and a host.

    MOVED: a snapshot hangs on another parent, or another snapshot is the current one. DATA_MISSING:
    the metadata is there, and an image, tag or memory file that it needs is not.
    """

    CHANGED = "changed"
    MISSING = "missing"
    UNDECLARED = "undeclared"
    MOVED = "moved"
    DATA_MISSING = "data-missing"


@dataclass(frozen=True, slots=True)
class Drift:
    """A difference between a manifest and a host. `snapshot` is None for a disk of the domain.

    `field` is the manifest's key path, or `snapshot`, `owned`, `data`, `current`; `declared` and
    `observed` are None where there is nothing on that side.
    """

    snapshot: str | None
    field: str
    declared: str | None
    observed: str | None
    origin: Origin
    kind: DriftKind
