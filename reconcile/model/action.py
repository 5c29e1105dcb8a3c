"""The four kinds of action, each with everything that its libvirt calls need."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from reconcile.model.desired import Capture, RunState
from reconcile.model.host import Dump
from reconcile.model.snapshot import Mark, Memory, Snapshot, SnapshotDisk, SnapshotState


class ActionKind(StrEnum):
    """The kinds of action, by their words in plans, journals and messages."""

    CREATE = "create"
    REDEFINE = "redefine"
    DELETE = "delete"
    REVERT = "revert"


@dataclass(frozen=True, slots=True)
class Create:
    """Take a snapshot below the current one, then put our mark into it.

    `disks` names every disk of the domain with its kind; `state` is what libvirt will record;
    `capture` holds the flags.
    """

    kind: ClassVar[ActionKind] = ActionKind.CREATE

    snapshot: str
    parent: str | None
    state: SnapshotState
    memory: Memory
    disks: tuple[SnapshotDisk, ...]
    description: str
    mark: Mark
    capture: Capture = field(default_factory=Capture)


@dataclass(frozen=True, slots=True)
class Redefine:
    """Rewrite a snapshot's metadata: the fields hold the values after the call, all else is kept.

    `current` also makes it the current snapshot, without a revert. With `copy_of` a new entry is
    made from that snapshot's metadata, with `dump` from the full dump in `file`.
    """

    kind: ClassVar[ActionKind] = ActionKind.REDEFINE

    snapshot: str
    parent: str | None
    description: str
    mark: Mark | None
    current: bool = False
    copy_of: str | None = None
    file: str | None = None
    dump: Dump | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete one snapshot; children are moved to its parent by libvirt."""

    kind: ClassVar[ActionKind] = ActionKind.DELETE

    snapshot: str
    metadata_only: bool = False


@dataclass(frozen=True, slots=True)
class Revert:
    """Bring the guest back to a snapshot."""

    kind: ClassVar[ActionKind] = ActionKind.REVERT

    snapshot: str
    run_state: RunState = RunState.AS_CAPTURED
    force: bool = False
    reset_nvram: bool = False

    def starts(self, target: Snapshot) -> bool:
        """Whether the guest runs, paused or not, after a revert to this snapshot."""
        return target.state.active or self.run_state is not RunState.AS_CAPTURED


Action = Create | Redefine | Delete | Revert
