"""`<domainsnapshot>` read into a `Snapshot`."""

from collections.abc import Iterator
from dataclasses import replace

from reconcile.errors import HostXmlError
from reconcile.libvirt.xml import mark as mark_xml
from reconcile.libvirt.xml import source
from reconcile.libvirt.xml.definition import definition
from reconcile.libvirt.xml.dump_check import require_whole
from reconcile.libvirt.xml.element import Element, attribute, number_of, parse, text_of
from reconcile.model.definition import Definition
from reconcile.model.host import Dump
from reconcile.model.snapshot import (
    NO_MEMORY,
    DiskKind,
    Memory,
    MemoryKind,
    Snapshot,
    SnapshotDisk,
    SnapshotState,
)
from reconcile.model.source import Source

_KINDS = {"no": DiskKind.NONE, **{str(kind): kind for kind in DiskKind}}
_MEMORIES = {"no": MemoryKind.NONE, **{str(kind): kind for kind in MemoryKind}}
_STATES = {str(state): state for state in SnapshotState}


def read(text: str) -> Snapshot:
    """A snapshot as libvirt dumps it, with or without secrets (none are kept).

    Raises HostXmlError.
    """
    return _read(parse(text))


def state_word(text: str) -> str:
    """The state of a snapshot in libvirt's word, which may be one that no rule knows."""
    return text_of(parse(text), "state") or ""


def read_dump(text: str) -> Dump:
    """The full dump that a file holds: the snapshot, and the UUID of its domain.

    Raises HostXmlError for a dump that libvirt would never have written.
    """
    root = parse(text)
    require_whole(root)
    return Dump(_read(root), text_of(root, "domain/uuid") or "")


def _read(root: Element) -> Snapshot:
    name = text_of(root, "name") or ""
    state = _STATES.get(text_of(root, "state") or "", SnapshotState.OTHER)
    domain = root.find("domain")
    disks = tuple(_disks(root, "disks/disk"))
    used = tuple(_used(domain)) if domain is not None else ()
    sources = () if domain is None else tuple(_sources(domain))
    return Snapshot(
        name=name,
        parent=text_of(root, "parent/name"),
        state=state,
        memory=_memory(root, state),
        disks=disks,
        description=text_of(root, "description") or "",
        created=number_of(root, "creationTime"),
        mark=mark_xml.read(domain, name),
        base=tuple((target, path) for target, path, _ in used),
        formats=tuple((target, form) for target, _, form in used),
        sources=sources,
        revert_disks=tuple(_disks(root, "revertDisks/disk")),
        delete_in_progress=root.find("disks/disk/snapshotDeleteInProgress") is not None,
        has_domain=domain is not None and domain.find("devices") is not None,
        definition=_definition(root),
    )


def _definition(root: Element) -> Definition:
    """The embedded one; what it names of the host includes what the one for its next start does."""
    domain, inactive = root.find("domain"), root.find("inactiveDomain")
    if domain is None:
        return Definition()
    found = definition(domain)
    more = () if inactive is None else definition(inactive).host_access
    return replace(found, host_access=tuple(sorted({*found.host_access, *more})))


def _memory(root: Element, state: SnapshotState) -> Memory:
    """Old metadata and offline external snapshots come without the element."""
    found = root.find("memory")
    if found is not None:
        kind = _MEMORIES.get(found.get("snapshot", "no"))
        if kind is None:
            raise HostXmlError(f"`<memory>` of kind {found.get('snapshot')}")
        return Memory(kind, found.get("file"))
    full = state in {SnapshotState.RUNNING, SnapshotState.PAUSED}
    return Memory(MemoryKind.INTERNAL) if full else NO_MEMORY


def _disks(root: Element, path: str) -> Iterator[SnapshotDisk]:
    for disk in root.iterfind(path):
        found = disk.find("source")
        places = () if found is None else (found.get("file"), found.get("dev"))
        yield SnapshotDisk(
            target=disk.get("name", ""),
            kind=_KINDS.get(disk.get("snapshot", ""), DiskKind.INTERNAL),
            file=next((place for place in places if place), None),
            driver=attribute(disk, "driver", "type"),
        )


def _used(domain: Element) -> Iterator[tuple[str, str, str]]:
    """Target, file and format of each disk in the embedded definition."""
    for disk in domain.iterfind("devices/disk"):
        target, path = attribute(disk, "target", "dev"), source.place(disk)
        if target and path:
            yield target, path, attribute(disk, "driver", "type") or "raw"


def _sources(domain: Element) -> Iterator[tuple[str, Source]]:
    """What each disk lies on that is no regular file."""
    for disk in domain.iterfind("devices/disk"):
        found = source.kind(disk)
        if found not in {Source.FILE, Source.NONE}:
            yield attribute(disk, "target", "dev") or "", found
