"""What libvirt knows of a domain's snapshots and disks, read from its XML by the lab itself.

Oracles judge by this, never by the reader of the tool under test: a mistake in that one must not
hide itself.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import libvirt

from tests.lab import storage
from tests.lab.domain import Domain
from tests.lab.errors import LabError

DATA_KINDS = frozenset({"internal", "external"})
"""The kinds of a snapshot's disk that hold data; the others are `no` and `manual`."""


@dataclass(frozen=True, slots=True, order=True)
class DiskEntry:
    """One disk that a snapshot's metadata lists. `place` is where an external one writes since."""

    target: str
    kind: str
    place: str | None


@dataclass(frozen=True, slots=True)
class SnapshotEntry:
    """One snapshot's metadata. `bases` says where each disk lay when the snapshot was taken.

    `memory` are its kind and its file; `foreign` is what others wrote into the definition that
    the metadata embeds, such as the mark of an owner.
    """

    name: str
    parent: str | None
    state: str
    description: str
    created: int
    memory: tuple[str, str | None]
    disks: tuple[DiskEntry, ...]
    revert_disks: tuple[DiskEntry, ...]
    bases: Mapping[str, str]
    foreign: tuple[str, ...]

    def disk(self, target: str) -> DiskEntry | None:
        """The entry of a disk, None where the snapshot does not list it."""
        return next((disk for disk in self.disks if disk.target == target), None)

    def holds(self, target: str) -> bool:
        """Whether the snapshot holds data of a disk."""
        disk = self.disk(target)
        return disk is not None and disk.kind in DATA_KINDS

    def places(self) -> set[str]:
        """Every image and memory file that the metadata names."""
        listed = {disk.place for disk in (*self.disks, *self.revert_disks) if disk.place}
        memory = {self.memory[1]} if self.memory[1] else set()
        return listed | set(self.bases.values()) | memory


@dataclass(frozen=True, slots=True)
class Snapshots:
    """All snapshots of a domain by name, and the name of the current one."""

    entries: Mapping[str, SnapshotEntry]
    current: str | None

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def __getitem__(self, name: str) -> SnapshotEntry:
        return self.entries[name]

    @property
    def names(self) -> set[str]:
        """The names of all of them."""
        return set(self.entries)

    def lineage(self, name: str) -> list[str]:
        """The ancestors of a snapshot, its parent first."""
        found, above = [], self.entries[name].parent
        while above is not None:
            found.append(above)
            above = self.entries[above].parent
        return found


def snapshots(domain: Domain) -> Snapshots:
    """What libvirt knows now. Raises `libvirtError`."""
    entries, current = {}, None
    with domain.daemon.connect() as connection:
        for each in connection.lookupByName(domain.name).listAllSnapshots():
            entry = _entry(connection, ET.fromstring(each.getXMLDesc()))  # noqa: S314 - libvirt wrote it
            entries[entry.name] = entry
            if each.isCurrent():
                current = entry.name
    return Snapshots(entries, current)


def dumps(domain: Domain) -> list[str]:
    """All XML that libvirt has of the domain: what changes nothing leaves every byte of it."""
    with domain.handle() as handle:
        kept = handle.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE)
        listed = handle.listAllSnapshots()
        entries = sorted(each.getXMLDesc(libvirt.VIR_DOMAIN_XML_SECURE) for each in listed)
        return [kept, handle.XMLDesc(), *entries]


def writable(domain: Domain) -> list[str]:
    """The targets of the disks that the guest can write to; no CD-ROM, no floppy."""
    return [
        _attribute(disk, "target", "dev") or ""
        for disk in _disks(domain)
        if disk.get("device", "disk") == "disk" and disk.find("readonly") is None
    ]


def images(domain: Domain) -> set[str]:
    """Every image that libvirt lists for the disks, those below included where it lists them."""
    with domain.daemon.connect() as connection:
        return {
            place
            for disk in _disks(domain)
            for layer in (disk, *disk.iter("backingStore"))
            if (place := _place(connection, layer)) is not None
        }


def unfinished(domain: Domain) -> list[str]:
    """What libvirt still has in hand for the domain: block jobs, a saved memory to start from."""
    jobs = [
        f"a block job on {_attribute(disk, 'target', 'dev')}"
        for disk in _disks(domain)
        if disk.find("mirror") is not None
    ]
    with domain.handle() as handle:
        return [*jobs, *(["a managed save image"] if handle.hasManagedSaveImage() else [])]


def _disks(domain: Domain) -> list[ET.Element]:
    with domain.handle() as handle:
        return ET.fromstring(handle.XMLDesc()).findall("devices/disk")  # noqa: S314 - as above


def _entry(connection: libvirt.virConnect, root: ET.Element) -> SnapshotEntry:
    used = root.findall("domain/devices/disk")
    memory = root.find("memory")
    targets = ((_attribute(disk, "target", "dev") or "", disk) for disk in used)
    places = ((target, _place(connection, disk)) for target, disk in targets)
    return SnapshotEntry(
        name=root.findtext("name", ""),
        parent=root.findtext("parent/name"),
        state=root.findtext("state", ""),
        description=root.findtext("description", ""),
        created=int(root.findtext("creationTime", "0")),
        memory=("no", None)
        if memory is None
        else (memory.get("snapshot", "no"), memory.get("file")),
        disks=_entries(root, "disks"),
        revert_disks=_entries(root, "revertDisks"),
        bases={target: place for target, place in places if place is not None},
        foreign=tuple(sorted(_foreign(root))),
    )


def _entries(root: ET.Element, part: str) -> tuple[DiskEntry, ...]:
    """By target, since libvirt may list them in another order after a redefine."""
    return tuple(sorted(map(_entry_of, root.findall(f"{part}/disk"))))


def _entry_of(disk: ET.Element) -> DiskEntry:
    source = disk.find("source")
    place = None if source is None else source.get("file") or source.get("dev")
    return DiskEntry(disk.get("name", ""), disk.get("snapshot", ""), place)


def _foreign(root: ET.Element) -> Iterator[str]:
    for each in root.findall("domain/metadata/*"):
        yield ET.canonicalize(ET.tostring(each, "unicode"), strip_text=True)


def _place(connection: libvirt.virConnect, disk: ET.Element) -> str | None:
    """Where a disk, or an image below one, lies; None where that is nowhere, or not known now."""
    with suppress(LabError, libvirt.libvirtError):
        return storage.place(connection, disk)
    return None


def _attribute(root: ET.Element, path: str, name: str) -> str | None:
    found = root.find(path)
    return None if found is None else found.get(name)
