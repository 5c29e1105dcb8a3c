"""Values that a manifest declares. None means "not declared": such a value is not compared."""

from dataclasses import dataclass, field
from enum import StrEnum

from reconcile.model.hazard import Hazard
from reconcile.model.snapshot import Memory, SnapshotDisk


@dataclass(frozen=True, slots=True)
class Position:
    """A file, line and column in a manifest; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Prune(StrEnum):
    """Which undeclared snapshots a plan deletes."""

    NONE = "none"
    OWNED = "owned"
    ALL = "all"


class RevertWhen(StrEnum):
    """When the declared current snapshot is reverted to."""

    WHEN_NEEDED = "when-needed"
    ALWAYS = "always"
    NEVER = "never"


class RunState(StrEnum):
    """The state of the domain after a revert."""

    AS_CAPTURED = "as-captured"
    RUNNING = "running"
    PAUSED = "paused"


class Via(StrEnum):
    """How the current pointer moves: by a revert, or as bare metadata."""

    REVERT = "revert"
    POINTER = "pointer"


class When(StrEnum):
    """The domain state that a missing snapshot may be captured in."""

    ANY = "any"
    SHUTOFF = "shutoff"
    RUNNING = "running"
    PAUSED = "paused"


class Metadata(StrEnum):
    """Whether libvirt keeps an entry for the snapshot that is taken."""

    KEEP = "keep"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Capture:
    """How a snapshot is taken while it is missing; never compared afterwards."""

    when: When = When.ANY
    quiesce: bool = False
    live: bool = False
    halt: bool = False
    reuse_files: bool = False
    metadata: Metadata = Metadata.KEEP
    atomic: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on what one plan may do to one domain; `deletes`: how many snapshots it may delete."""

    deletes: int = 5


@dataclass(frozen=True, slots=True)
class Current:
    """The snapshot that the guest's present state shall descend from, and how to revert to it."""

    snapshot: str
    revert: RevertWhen = RevertWhen.WHEN_NEEDED
    run_state: RunState = RunState.AS_CAPTURED
    force: bool = False
    reset_nvram: bool = False
    via: Via = Via.REVERT


@dataclass(frozen=True, slots=True)
class DesiredSnapshot:
    """One declared snapshot; `disks` holds only the declared ones, in order of their targets."""

    name: str
    parent: str | None
    position: Position
    description: str | None = None
    labels: tuple[tuple[str, str], ...] | None = None
    protect: bool | None = None
    memory: Memory | None = None
    disks: tuple[SnapshotDisk, ...] | None = None
    capture: Capture = field(default_factory=Capture)
    renamed_from: str | None = None
    redefine_from: str | None = None
    clone_of: str | None = None


@dataclass(frozen=True, slots=True)
class DesiredTree:
    """One YAML document: the snapshot tree of one domain, or of each of several.

    `domains` holds names, UUIDs and globs; `several` tells the key `domains` from `domain`.
    `adopt`: a declared snapshot that exists without a mark becomes owned. `snapshots` come parents
    first. `revision` is the manifest's git commit, where known; `allow_paths` comes from the
    command line alone (as do hazards added to `allow`). `only_current`: no snapshot is compared,
    the domain is only reverted to `current`, as by `reset`.
    """

    domains: tuple[str, ...]
    position: Position
    several: bool = False
    connect: str | None = None
    prune: Prune = Prune.OWNED
    adopt: bool = True
    ignore: tuple[str, ...] = ()
    forget: tuple[str, ...] = ()
    allow: frozenset[Hazard] = frozenset()
    limits: Limits = field(default_factory=Limits)
    current: Current | None = None
    snapshots: tuple[DesiredSnapshot, ...] = ()
    revision: str | None = None
    allow_paths: tuple[str, ...] = ()
    only_current: bool = False
