"""`<domainsnapshot>`: read into a `Snapshot`, written as a request, edited for a redefine."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from reconcile.errors import HostXmlError
from reconcile.libvirt.xml import mark as mark_xml
from reconcile.libvirt.xml.element import (
    Element,
    attribute,
    child,
    element,
    parse,
    pretty,
    serialise,
    text_of,
)
from reconcile.model.action import Create, Redefine
from reconcile.model.host import Dump
from reconcile.model.leftover import DiskMerge
from reconcile.model.snapshot import (
    NO_MEMORY,
    DiskKind,
    Mark,
    Memory,
    MemoryKind,
    Snapshot,
    SnapshotDisk,
    SnapshotState,
)

_KINDS = {"no": DiskKind.NONE, **{str(kind): kind for kind in DiskKind}}
_WORDS = {kind: word for word, kind in _KINDS.items() if word != "none"}
_STATES = {str(state): state for state in SnapshotState}


def read(text: str) -> Snapshot:
    """A snapshot as libvirt dumps it, with or without secrets (none are kept)."""
    return _read(parse(text))


def read_dump(text: str) -> Dump:
    """A full dump of a file: the snapshot, and the UUID of the domain it belongs to."""
    root = parse(text)
    return Dump(_read(root), text_of(root, "domain/uuid") or "")


def _read(root: Element) -> Snapshot:
    name = text_of(root, "name") or ""
    state = _STATES.get(text_of(root, "state") or "", SnapshotState.OTHER)
    domain = root.find("domain")
    disks = tuple(_disks(root, "disks/disk"))
    used = tuple(_used(domain)) if domain is not None else ()
    return Snapshot(
        name=name,
        parent=text_of(root, "parent/name"),
        state=state,
        memory=_memory(root, state),
        disks=disks,
        description=text_of(root, "description") or "",
        created=int(text_of(root, "creationTime") or 0),
        mark=mark_xml.read(domain, name),
        base=tuple((target, path) for target, path, _ in used),
        formats=tuple((target, form) for target, _, form in used),
        revert_disks=tuple(_disks(root, "revertDisks/disk")),
        delete_in_progress=root.find("disks/disk/snapshotDeleteInProgress") is not None,
        has_domain=domain is not None and domain.find("devices") is not None,
    )


def _memory(root: Element, state: SnapshotState) -> Memory:
    """Old metadata and offline external snapshots come without the element."""
    found = root.find("memory")
    if found is not None:
        kind = found.get("snapshot", "no")
        return Memory(MemoryKind("none" if kind == "no" else kind), found.get("file"))
    full = state in {SnapshotState.RUNNING, SnapshotState.PAUSED}
    return Memory(MemoryKind.INTERNAL) if full else NO_MEMORY


def _disks(root: Element, path: str) -> Iterator[SnapshotDisk]:
    for disk in root.iterfind(path):
        source = disk.find("source")
        places = () if source is None else (source.get("file"), source.get("dev"))
        yield SnapshotDisk(
            target=disk.get("name", ""),
            kind=_KINDS.get(disk.get("snapshot", ""), DiskKind.INTERNAL),
            file=next((place for place in places if place), None),
            driver=attribute(disk, "driver", "type"),
        )


def _used(domain: Element) -> Iterator[tuple[str, str, str]]:
    """Target, file and format of each disk in the embedded definition."""
    for disk in domain.iterfind("devices/disk"):
        source, target = disk.find("source"), attribute(disk, "target", "dev")
        path = None if source is None else source.get("file") or source.get("dev")
        if target and path:
            yield target, path, attribute(disk, "driver", "type") or "raw"


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


def edited(dump: str, action: Redefine) -> str:
    """A full dump with name, description, parent and mark as in the action, the rest as it was.

    The dump must hold the secrets: what is missing in a redefine is erased (trap 16).
    """
    root = parse(dump)
    domain = _definition(root, action.snapshot)
    _set_name(root, action.snapshot)
    _set_description(root, action.description)
    _set_parent(root, action.parent)
    mark_xml.write(domain, action.mark)
    return serialise(root)


def marked(dump: str, mark: Mark) -> str:
    """A full dump with our mark, all else as it was: also the parent, which libvirt chose.

    Somebody may have taken a snapshot a moment earlier. Moving ours beside it would let libvirt
    take that one for a leaf, and delete the overlay that ours lies on (trap 4).
    """
    root = parse(dump)
    mark_xml.write(_definition(root, mark.snapshot), mark)
    return serialise(root)


def restored(dump: str, saved: str) -> str:
    """A full dump with what we own as in `saved`, an earlier dump of the same snapshot.

    `saved` holds no secrets, so all else comes from the dump of now.
    """
    root, old = parse(dump), parse(saved)
    name = text_of(old, "name") or ""
    domain = _definition(root, name)
    _set_name(root, name)
    _set_description(root, text_of(old, "description") or "")
    _set_parent(root, text_of(old, "parent/name"))
    mark_xml.copy(old.find("domain"), domain)
    return serialise(root)


def rebased(definition: str, merges: tuple[DiskMerge, ...]) -> str:
    """A definition with each disk on its base, as when the overlay was not there yet."""
    root = parse(definition)
    _rebase(root, merges)
    return serialise(root)


def shortened(definition: str, images: Collection[str]) -> str:
    """A definition without these images below its disks; libvirt writes chains down at a merge."""
    root = parse(definition)
    _shorten(root, images)
    return serialise(root)


def _shorten(root: Element, images: Collection[str]) -> None:
    for store in list(root.iter("backingStore")):
        above, below = store.getparent(), store.find("backingStore")
        if above is None or attribute(store, "source", "file") not in images:
            continue
        if below is None:
            above.remove(store)
        else:
            above.replace(store, below)


def relies_on(dump: str, images: Collection[str]) -> bool:
    """Whether a snapshot's disks lie on one of these images, or on an image above one."""
    sources = (each for found in _definitions(parse(dump)) for each in found.iter("source"))
    return any(source.get("file") in images for source in sources)


def moved(dump: str, merges: tuple[DiskMerge, ...]) -> str:
    """A full dump without the overlays that were merged into their bases, as libvirt does it."""
    root = parse(dump)
    for found in _definitions(root):
        _rebase(found, merges)
    _shorten(root, {merge.overlay for merge in merges})
    return serialise(root)


def _rebase(domain: Element, merges: tuple[DiskMerge, ...]) -> None:
    disks = {_target(disk): disk for disk in domain.iterfind("devices/disk")}
    for merge in merges:
        disk = disks.get(merge.target)
        if disk is not None and attribute(disk, "source", "file") == merge.overlay:
            _put_on(disk, merge)


def _put_on(disk: Element, merge: DiskMerge) -> None:
    for path in ("source", "backingStore", "mirror"):
        if (found := disk.find(path)) is not None:
            disk.remove(found)
    if (driver := disk.find("driver")) is not None:
        driver.set("type", merge.form)
    child(disk, "source", {"file": merge.base})


def _target(disk: Element) -> str | None:
    return attribute(disk, "target", "dev")


def adopted(action: Create, description: str, definition: str, created: int) -> str:
    """Metadata for what libvirt does not know, so that libvirt can be told to delete it."""
    root = parse(request(replace(action, description=description)))
    child(root, "state", text=str(action.state))
    child(root, "creationTime", text=str(created))
    if action.parent is not None:
        child(child(root, "parent"), "name", text=action.parent)
    root.append(parse(definition))
    return serialise(root)


def overlay(target: str, file: str, others: tuple[str, ...]) -> str:
    """A request for a new overlay on one disk alone, to be made without metadata."""
    root = element("domainsnapshot")
    disks = child(root, "disks")
    disk = child(disks, "disk", {"name": target, "snapshot": "external"})
    child(disk, "source", {"file": file})
    for each in others:
        child(disks, "disk", {"name": each, "snapshot": "no"})
    return serialise(root)


def _definitions(root: Element) -> Iterator[Element]:
    """The active domain's definition in a dump, and the inactive one where it is another."""
    found = (root.find(path) for path in ("domain", "inactiveDomain"))
    return (each for each in found if each is not None)


def _definition(root: Element, name: str) -> Element:
    """The domain definition in a full dump."""
    domain = root.find("domain")
    if domain is None:
        raise HostXmlError(f"the metadata of {name} holds no domain definition")
    return domain


def _set_name(root: Element, name: str) -> None:
    found = root.find("name")
    if found is None:
        raise HostXmlError(f"the metadata of {name} has no name")
    found.text = name


def _set_description(root: Element, description: str) -> None:
    found = root.find("description")
    if found is not None:
        root.remove(found)
    if description:
        root.insert(1, element("description", text=description))


def _set_parent(root: Element, parent: str | None) -> None:
    found = root.find("parent")
    if found is not None:
        root.remove(found)
    if parent is not None:
        child(child(root, "parent"), "name", text=parent)
