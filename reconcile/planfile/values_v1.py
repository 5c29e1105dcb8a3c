"""Shapes of the model's values in plan files of format 1.0 and in journals of formats 1 and 2.

Keys and defaults here are those files' own: a key may be added with a default that means what its
absence meant; none may change or go. What `tests/formats/fields` lists is what is written. What
the host's images say of disks and snapshots, and what their definitions need, is looked up for
planning and not written.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from reconcile.model.action import Action, ActionKind, Create, Delete, Redefine, Revert
from reconcile.model.desired import (
    Capture,
    Current,
    DesiredSnapshot,
    DesiredTree,
    Limits,
    Metadata,
    Position,
    Prune,
    RevertWhen,
    RunState,
    Via,
    When,
)
from reconcile.model.domain import Disk, Domain, DomainState, Firmware
from reconcile.model.hazard import Hazard
from reconcile.model.host import Dump
from reconcile.model.snapshot import (
    Applied,
    DiskKind,
    Mark,
    Memory,
    MemoryKind,
    Snapshot,
    SnapshotDisk,
    SnapshotState,
)
from reconcile.model.source import Source
from reconcile.model.tree import Tree
from reconcile.planfile.record import Record, defaulted
from reconcile.planfile.shapes import (
    DecodeError,
    Flag,
    Integer,
    Json,
    ListOf,
    Nullable,
    Pairs,
    Text,
    Words,
    WordSet,
    as_object,
)

TEXT = Text()
NAME = Text(r"(?s).+")
UUID = Text(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HASH = Text(r"sha256:[0-9a-f]{64}")
OPTIONAL = defaulted(Nullable(TEXT), None)
NO = defaulted(Flag(), False)

POSITION = Record(Position, {"file": TEXT, "line": Integer(least=0), "column": Integer(least=0)})
MEMORY = Record(Memory, {"kind": Words(MemoryKind), "file": OPTIONAL})
SNAPSHOT_DISK = Record(
    SnapshotDisk,
    {"target": TEXT, "kind": Words(DiskKind), "file": OPTIONAL, "driver": OPTIONAL},
)
APPLIED = Record(
    Applied,
    {"serial": Integer(), "names": ListOf(TEXT), "current": OPTIONAL},
)
MARK = Record(
    Mark,
    {
        "snapshot": TEXT,
        "digest": TEXT,
        "revision": OPTIONAL,
        "protect": NO,
        "labels": defaulted(Pairs(TEXT), ()),
        "fields": defaulted(Pairs(TEXT), ()),
        "applied": defaulted(Nullable(APPLIED), None),
    },
)
SNAPSHOT = Record(
    Snapshot,
    {
        "name": NAME,
        "parent": Nullable(TEXT),
        "state": Words(SnapshotState),
        "memory": MEMORY,
        "disks": ListOf(SNAPSHOT_DISK),
        "description": defaulted(TEXT, ""),
        "created": defaulted(Integer(), 0),
        "mark": defaulted(Nullable(MARK), None),
        "base": defaulted(Pairs(TEXT), ()),
        "formats": defaulted(Pairs(TEXT), ()),
        "sources": defaulted(Pairs(Words(Source)), ()),
        "revert_disks": defaulted(ListOf(SNAPSHOT_DISK), ()),
        "delete_in_progress": NO,
        "has_domain": defaulted(Flag(), True),
    },
)


class _Snapshots:
    """Snapshots by name, each under its own."""

    def encode(self, value: Mapping[str, Snapshot]) -> Json:
        return {name: SNAPSHOT.encode(each) for name, each in value.items()}

    def decode(self, data: Json) -> Mapping[str, Snapshot]:
        found = {name: _under(name, each) for name, each in as_object(data).items()}
        return MappingProxyType(found)

    def listing(self) -> str:
        return f"{SNAPSHOT.listing()} by name"


def _under(name: str, data: Json) -> Snapshot:
    try:
        found = SNAPSHOT.decode(data)
    except DecodeError as error:
        raise error.below(name) from error
    if found.name != name:
        raise DecodeError(f"holds a snapshot of another name under {name!r}")
    return found


TREE = Record(Tree, {"snapshots": _Snapshots(), "current": OPTIONAL})
DISK = Record(
    Disk,
    {
        "target": TEXT,
        "path": Nullable(TEXT),
        "source": defaulted(Words(Source), Source.FILE),
        "format": defaulted(TEXT, "qcow2"),
        "device": defaulted(TEXT, "disk"),
        "readonly": NO,
        "shareable": NO,
        "default": defaulted(Nullable(Words(DiskKind)), None),
        "backing": defaulted(ListOf(TEXT), ()),
        "volume": OPTIONAL,
        "encrypted": NO,
        "transient": NO,
    },
)
FIRMWARE = Record(Firmware, {"nvram": Nullable(TEXT), "nvram_format": defaulted(TEXT, "raw")})
DOMAIN = Record(
    Domain,
    {
        "name": NAME,
        "uuid": UUID,
        "state": Words(DomainState),
        "disks": ListOf(DISK),
        "tree": TREE,
        "persistent": defaulted(Flag(), True),
        "managed_save": NO,
        "checkpoints": defaulted(ListOf(TEXT), ()),
        "block_jobs": defaulted(ListOf(TEXT), ()),
        "firmware": defaulted(Nullable(FIRMWARE), None),
        "agent": NO,
        "unmigratable": defaulted(ListOf(TEXT), ()),
    },
)

CAPTURE = Record(
    Capture,
    {
        "when": defaulted(Words(When), When.ANY),
        "quiesce": NO,
        "live": NO,
        "halt": NO,
        "reuse_files": NO,
        "metadata": defaulted(Words(Metadata), Metadata.KEEP),
        "atomic": defaulted(Flag(), True),
    },
)
_CAPTURE = defaulted(
    CAPTURE,
    Capture(When.ANY, False, False, False, False, Metadata.KEEP, True),
)
CURRENT = Record(
    Current,
    {
        "snapshot": NAME,
        "revert": defaulted(Words(RevertWhen), RevertWhen.WHEN_NEEDED),
        "run_state": defaulted(Words(RunState), RunState.AS_CAPTURED),
        "force": NO,
        "reset_nvram": NO,
        "via": defaulted(Words(Via), Via.REVERT),
    },
)
LIMITS = Record(Limits, {"deletes": defaulted(Integer(least=0), 5)})
DESIRED_SNAPSHOT = Record(
    DesiredSnapshot,
    {
        "name": NAME,
        "parent": Nullable(TEXT),
        "position": POSITION,
        "description": OPTIONAL,
        "labels": defaulted(Nullable(Pairs(TEXT)), None),
        "protect": defaulted(Nullable(Flag()), None),
        "memory": defaulted(Nullable(MEMORY), None),
        "disks": defaulted(Nullable(ListOf(SNAPSHOT_DISK)), None),
        "capture": _CAPTURE,
        "renamed_from": OPTIONAL,
        "redefine_from": OPTIONAL,
        "clone_of": OPTIONAL,
    },
)
DESIRED_TREE = Record(
    DesiredTree,
    {
        "domains": ListOf(TEXT),
        "position": POSITION,
        "several": NO,
        "connect": OPTIONAL,
        "prune": defaulted(Words(Prune), Prune.OWNED),
        "adopt": defaulted(Flag(), True),
        "ignore": defaulted(ListOf(TEXT), ()),
        "forget": defaulted(ListOf(TEXT), ()),
        "allow": defaulted(WordSet(Words(Hazard)), frozenset()),
        "limits": defaulted(LIMITS, Limits(5)),
        "current": defaulted(Nullable(CURRENT), None),
        "snapshots": defaulted(ListOf(DESIRED_SNAPSHOT), ()),
        "revision": OPTIONAL,
        "allow_paths": defaulted(ListOf(TEXT), ()),
        "only_current": NO,
    },
)

DUMP = Record(Dump, {"snapshot": SNAPSHOT, "domain": TEXT})
ACTIONS: Mapping[ActionKind, Record[Any]] = {
    ActionKind.CREATE: Record(
        Create,
        {
            "snapshot": NAME,
            "parent": Nullable(TEXT),
            "state": Words(SnapshotState),
            "memory": MEMORY,
            "disks": ListOf(SNAPSHOT_DISK),
            "description": TEXT,
            "mark": MARK,
            "capture": _CAPTURE,
        },
    ),
    ActionKind.REDEFINE: Record(
        Redefine,
        {
            "snapshot": NAME,
            "parent": Nullable(TEXT),
            "description": TEXT,
            "mark": Nullable(MARK),
            "current": NO,
            "copy_of": OPTIONAL,
            "file": OPTIONAL,
            "dump": defaulted(Nullable(DUMP), None),
        },
    ),
    ActionKind.DELETE: Record(Delete, {"snapshot": NAME, "metadata_only": NO}),
    ActionKind.REVERT: Record(
        Revert,
        {
            "snapshot": NAME,
            "run_state": defaulted(Words(RunState), RunState.AS_CAPTURED),
            "force": NO,
            "reset_nvram": NO,
        },
    ),
}


class _Action:
    """An action, whose kind stands under `action`."""

    def encode(self, value: Action) -> Json:
        return {"action": str(value.kind), **ACTIONS[value.kind].encode(value)}

    def decode(self, data: Json) -> Action:
        given = dict(as_object(data))
        kind = Words(ActionKind).decode(given.pop("action", None))
        found: Action = ACTIONS[kind].decode(given)
        return found

    def listing(self) -> str:
        return "action"


ACTION = _Action()
