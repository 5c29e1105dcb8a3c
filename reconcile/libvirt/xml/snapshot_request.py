"""`<domainsnapshot>` written: the request for a new snapshot, metadata for data that exists."""

from dataclasses import replace

from reconcile.libvirt.xml.element import Element, child, element, parse, pretty, serialise
from reconcile.model.action import Create
from reconcile.model.snapshot import DiskKind, Memory, MemoryKind, SnapshotDisk

_WORDS = {kind: "no" if kind is DiskKind.NONE else str(kind) for kind in DiskKind}


def request(action: Create) -> str:
    """The XML that creates the snapshot; every disk is named, nothing is left to defaults."""
    root = element("domainsnapshot")
    child(root, "name", text=action.snapshot)
    if action.description:
        child(root, "description", text=action.description)
    root.append(_memory_request(action.memory))
    disks = child(root, "disks")
    for disk in action.disks:
        disks.append(_disk_request(disk))
    return pretty(root)


def _memory_request(memory: Memory) -> Element:
    kind = "no" if memory.kind is MemoryKind.NONE else str(memory.kind)
    file = {"file": memory.file} if memory.file else {}
    return element("memory", {"snapshot": kind, **file})


def _disk_request(disk: SnapshotDisk) -> Element:
    made = element("disk", {"name": disk.target, "snapshot": _WORDS[disk.kind]})
    if disk.kind is DiskKind.EXTERNAL and disk.file:
        made.set("type", "file")
        child(made, "driver", {"type": disk.driver or "qcow2"})
        child(made, "source", {"file": disk.file})
    return made


def metadata(action: Create, description: str, definition: str, created: int) -> str:
    """The XML that tells libvirt of a snapshot whose data exists, so that libvirt can delete it."""
    root = parse(request(replace(action, description=description)))
    child(root, "state", text=str(action.state))
    child(root, "creationTime", text=str(created))
    if action.parent is not None:
        child(child(root, "parent"), "name", text=action.parent)
    root.append(parse(definition))
    return serialise(root)
