"""The calls that an action asks of libvirt, as data: a plan shows them, an apply makes just these.

No other module turns an action into functions, flags and XML.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from reconcile.libvirt.xml import snapshot_request
from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.desired import Metadata
from reconcile.model.snapshot import DiskKind, Mark, MemoryKind

Flags = tuple[str, ...]
REDEFINE: Flags = ("REDEFINE",)


class Function(StrEnum):
    """The functions of libvirt's C interface that actions need."""

    CREATE_XML = "virDomainSnapshotCreateXML"
    DELETE = "virDomainSnapshotDelete"
    REVERT = "virDomainRevertToSnapshot"


@dataclass(frozen=True, slots=True)
class RequestXml:
    """The XML of a new snapshot, all of it known when the plan is made."""

    text: str


@dataclass(frozen=True, slots=True)
class EditedDump:
    """A full dump with its secrets and the redefine's changes, made when the call is made.

    The dump is in the redefine's `file`, or that of the snapshot it copies, or its own.
    """

    redefine: Redefine


@dataclass(frozen=True, slots=True)
class MarkedDump:
    """The snapshot's own dump with its secrets, in which the mark alone is changed."""

    mark: Mark


@dataclass(frozen=True, slots=True)
class RestoredDump:
    """The snapshot's own dump with its secrets, in which what reconcile owns is as in `saved`.

    `saved` is an earlier dump of the snapshot, without secrets.
    """

    saved: str


DumpEdit = EditedDump | MarkedDump | RestoredDump


@dataclass(frozen=True, slots=True)
class Call:
    """One call of libvirt: its function, its flags, its XML.

    Flags are libvirt's names without their common prefix.

    `body` is the XML, or what that is made from when the call is made, since a plan holds no
    secrets and a dump does; None where the function takes no XML.
    """

    function: Function
    snapshot: str
    flags: Flags = ()
    body: RequestXml | DumpEdit | None = None

    @property
    def xml(self) -> str | None:
        """The XML of the call where the plan knows it beforehand; else None."""
        return self.body.text if isinstance(self.body, RequestXml) else None

    @property
    def note(self) -> str | None:
        """A sentence on what the XML is made from, where it is not known when the plan is made."""
        return _note(self.body)


def calls(action: Action) -> tuple[Call, ...]:
    """The calls of one action, in order."""
    name = action.snapshot
    match action:
        case Create():
            request = RequestXml(snapshot_request.request(action))
            taken = Call(Function.CREATE_XML, name, _create_flags(action), request)
            kept = action.capture.metadata is Metadata.KEEP
            return (taken, mark_call(action)) if kept else (taken,)
        case Redefine():
            flags = _redefine_flags(action)
            return (Call(Function.CREATE_XML, name, flags, EditedDump(action)),)
        case Delete():
            flags = ("METADATA_ONLY",) if action.metadata_only else ()
            return (Call(Function.DELETE, name, flags),)
        case Revert():
            return (Call(Function.REVERT, name, _revert_flags(action)),)
    assert_never(action)


def mark_call(action: Create) -> Call:
    """The call that marks what a create has taken: libvirt ignores a definition in its request."""
    return Call(Function.CREATE_XML, action.snapshot, REDEFINE, MarkedDump(action.mark))


def undo_calls(inverse: Action, saved: str | None) -> tuple[Call, ...]:
    """The calls of an inverse; `saved` is the metadata that the step changed, as it was before."""
    if saved is None or not isinstance(inverse, Redefine):
        return calls(inverse)
    flags = _redefine_flags(inverse)
    return (Call(Function.CREATE_XML, inverse.snapshot, flags, RestoredDump(saved)),)


def _redefine_flags(action: Redefine) -> Flags:
    """CURRENT only where the pointer is meant to move.

    Moving it makes later reverts and deletes remove overlays that are in use, and sent for the
    current snapshot it drops `<revertDisks>` (libvirt 9.9 and newer).
    """
    return (*REDEFINE, "CURRENT") if action.current else REDEFINE


def _create_flags(action: Create) -> Flags:
    """DISK_ONLY for external disks without memory, running or not; never for internal ones.

    libvirt 9.0.0 to 12.8.0 answers OK to DISK_ONLY with an internal disk of a domain that is off,
    records the snapshot, and writes nothing to the image.
    """
    external = sum(disk.kind is DiskKind.EXTERNAL for disk in action.disks)
    capture = action.capture
    flags = {
        "DISK_ONLY": external > 0 and action.memory.kind is MemoryKind.NONE,
        "ATOMIC": external > 1 and capture.atomic,
        "QUIESCE": capture.quiesce,
        "LIVE": capture.live,
        "HALT": capture.halt,
        "REUSE_EXT": capture.reuse_files,
        "NO_METADATA": capture.metadata is Metadata.DISCARD,
    }
    return tuple(flag for flag, wanted in flags.items() if wanted)


def _revert_flags(action: Revert) -> Flags:
    """The state flag, and what was asked for beyond a plain revert."""
    state = {"running": ("RUNNING",), "paused": ("PAUSED",)}.get(action.run_state, ())
    force = ("FORCE",) if action.force else ()
    return (*state, *force, *(("RESET_NVRAM",) if action.reset_nvram else ()))


_DUMPED = "the snapshot's own XML as dumped with its secrets, with"


def _note(body: RequestXml | DumpEdit | None) -> str | None:
    match body:
        case None | RequestXml():
            return None
        case EditedDump(Redefine(file=str(file))):
            return f"the full dump {file}, with only this action's changes in it"
        case EditedDump(Redefine(copy_of=str(source))):
            return (
                f"the XML of snapshot {source} as dumped with its secrets, with only this "
                "action's changes in it"
            )
        case EditedDump():
            return f"{_DUMPED} only this action's changes in it"
        case MarkedDump():
            return f"{_DUMPED} only the ownership mark added to it"
        case RestoredDump():
            return f"{_DUMPED} name, description, parent and mark as they were before"
    assert_never(body)
