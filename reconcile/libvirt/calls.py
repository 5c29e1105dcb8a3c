"""What is asked of libvirt for each action: functions, flags, XML; to be shown and to be done."""

from dataclasses import dataclass
from typing import assert_never

from reconcile.libvirt.xml import snapshot as snapshot_xml
from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.desired import Metadata
from reconcile.model.snapshot import DiskKind, MemoryKind

Flags = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One libvirt call. Flags are libvirt's names without their common prefix."""

    function: str
    flags: Flags = ()
    xml: str | None = None
    note: str | None = None


REDEFINE: Flags = ("REDEFINE",)
_EDIT = "the snapshot's own XML as dumped with its secrets, with only this action's changes in it"


def calls(action: Action) -> tuple[Call, ...]:
    """The calls of one action, in order."""
    match action:
        case Create():
            mark = Call("virDomainSnapshotCreateXML", REDEFINE, None, _EDIT)
            request = snapshot_xml.request(action)
            return (Call("virDomainSnapshotCreateXML", create_flags(action), request), mark)
        case Redefine():
            return (Call("virDomainSnapshotCreateXML", redefine_flags(action), None, _EDIT),)
        case Delete():
            return (Call("virDomainSnapshotDelete", delete_flags(action)),)
        case Revert():
            return (Call("virDomainRevertToSnapshot", revert_flags(action)),)
    assert_never(action)


def redefine_flags(action: Redefine) -> Flags:
    """CURRENT only where the pointer is meant to move (traps 1 and 2)."""
    return (*REDEFINE, "CURRENT") if action.current else REDEFINE


def create_flags(action: Create) -> Flags:
    """DISK_ONLY for external disks without memory, running or not; never for internal (trap 11)."""
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


def delete_flags(action: Delete) -> Flags:
    """METADATA_ONLY or nothing: children are deleted one by one, never by flag."""
    return ("METADATA_ONLY",) if action.metadata_only else ()


def revert_flags(action: Revert) -> Flags:
    """The state flag, and what was asked for beyond a plain revert."""
    state = {"running": ("RUNNING",), "paused": ("PAUSED",)}.get(action.run_state, ())
    force = ("FORCE",) if action.force else ()
    return (*state, *force, *(("RESET_NVRAM",) if action.reset_nvram else ()))
