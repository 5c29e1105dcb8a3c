"""What libvirt says of a host's domains, read without the tool that is judged by it."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import libvirt

from tests.hosts.host import Host
from tests.lab import storage
from tests.lab.domain import STATES
from tests.lab.errors import LabError

ABSENT: Final = "no"
"""Of a snapshot: it holds nothing of the disk, or of the memory."""


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """A disk of a definition; `place` is where image tools find it, None without a medium."""

    target: str
    place: str | None
    kind: str
    format: str
    device: str
    policy: str
    read_only: bool = False
    shareable: bool = False
    transient: bool = False
    encrypted: bool = False


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """A snapshot as libvirt has it; `kinds` and `overlays` by target, `base` as it was taken."""

    name: str
    parent: str | None
    state: str
    description: str
    memory: str
    memory_file: str | None
    kinds: dict[str, str]
    overlays: dict[str, str]
    base: dict[str, DiskFacts]

    @property
    def held(self) -> dict[str, str]:
        """The disks whose data it holds, with internal or external."""
        return {t: kind for t, kind in self.kinds.items() if kind in {"internal", "external"}}

    @property
    def external(self) -> bool:
        """Whether any of it lies outside of the images that the guest had."""
        return "external" in {*self.kinds.values(), self.memory}


@dataclass(frozen=True, slots=True)
class DomainFacts:
    """A domain with its snapshots, parents first."""

    name: str
    state: str
    disks: dict[str, DiskFacts]
    snapshots: dict[str, SnapshotFacts]
    current: str | None
    has_devices: bool
    """Whether it has devices besides those of every domain of the lab."""

    @property
    def active(self) -> bool:
        """Whether it runs, paused or not."""
        return self.state != "shutoff"

    @property
    def writable(self) -> list[str]:
        """The targets that a snapshot takes unless told otherwise."""
        disks = (d for d in self.disks.values() if d.place and not d.read_only)
        return [disk.target for disk in disks if disk.device == "disk"]


def read(host: Host) -> dict[str, DomainFacts]:
    """All domains of the host, by name."""
    with host.daemon.connect() as connection:
        found = {name: connection.lookupByName(name) for name in host.domains}
        return {name: _domain(host, connection, handle) for name, handle in found.items()}


def _domain(host: Host, connection: libvirt.virConnect, handle: libvirt.virDomain) -> DomainFacts:
    root = _parsed(handle.XMLDesc())
    current = handle.snapshotCurrent().getName() if handle.hasCurrentSnapshot() else None
    listed = (_parsed(each.getXMLDesc()) for each in handle.listAllSnapshots())
    snapshots = [_snapshot(host, connection, each) for each in listed]
    return DomainFacts(
        name=handle.name(),
        # An int already; the bindings' annotation says str.
        state=STATES.get(int(handle.state()[0]), "other"),
        disks=_disks(host, connection, root),
        snapshots={each.name: each for each in _parents_first(snapshots)},
        current=None if current is None else str(current),
        has_devices=root.find("devices/shmem") is not None,
    )


def _disks(host: Host, connection: libvirt.virConnect, domain: ET.Element) -> dict[str, DiskFacts]:
    disks = [_disk(host, connection, found) for found in domain.findall("devices/disk")]
    return {disk.target: disk for disk in disks}


def _disk(host: Host, connection: libvirt.virConnect, found: ET.Element) -> DiskFacts:
    return DiskFacts(
        target=_attribute(found, "target", "dev") or "",
        place=_place(host, connection, found),
        kind=found.get("type", ""),
        format=_attribute(found, "driver", "type") or "raw",
        device=found.get("device", "disk"),
        policy=_attribute(found, "source", "startupPolicy") or "",
        read_only=found.find("readonly") is not None,
        shareable=found.find("shareable") is not None,
        transient=found.find("transient") is not None,
        encrypted=found.find(".//encryption") is not None,
    )


def _place(host: Host, connection: libvirt.virConnect, disk: ET.Element) -> str | None:
    """A volume's place is known here also while libvirt cannot tell it."""
    volume = _attribute(disk, "source", "volume")
    if volume is not None:
        return str(host.folder / volume)
    try:
        return storage.place(connection, disk)
    except LabError:
        return None


def _snapshot(host: Host, connection: libvirt.virConnect, root: ET.Element) -> SnapshotFacts:
    disks = {each.attrib["name"]: each for each in root.findall("disks/disk")}
    domain = root.find("domain")
    overlays = {target: _attribute(disk, "source", "file") for target, disk in disks.items()}
    return SnapshotFacts(
        name=root.findtext("name", ""),
        parent=root.findtext("parent/name"),
        state=root.findtext("state", ""),
        description=root.findtext("description", ""),
        memory=_attribute(root, "memory", "snapshot") or ABSENT,
        memory_file=_attribute(root, "memory", "file"),
        kinds={target: disk.get("snapshot", ABSENT) for target, disk in disks.items()},
        overlays={target: file for target, file in overlays.items() if file},
        base={} if domain is None else _disks(host, connection, domain),
    )


def _parents_first(snapshots: list[SnapshotFacts]) -> Iterator[SnapshotFacts]:
    waiting = sorted(snapshots, key=lambda each: each.name)
    names = {each.name for each in waiting}
    told: set[str] = set()
    while waiting:
        ready = [s for s in waiting if s.parent in told or s.parent not in names]
        yield from ready
        told |= {each.name for each in ready}
        waiting = [each for each in waiting if each.name not in told]


def _attribute(root: ET.Element, path: str, name: str) -> str | None:
    found = root.find(path)
    return None if found is None else found.get(name)


def _parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - libvirt wrote it
