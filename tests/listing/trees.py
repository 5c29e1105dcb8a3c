"""Random snapshot trees on a real domain: metadata alone, made by redefining."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

import libvirt

from tests.lab.domain import Domain

NAMES: Final = (
    *("base", "Alpha", "zulu", "Bravo two", "charlie", "Übermut", "x&y", "10", "--tree"),
    *("delta", "e" * 60, "Fünf", "golf", "::warning::h", "india"),
)
STARTED: Final = 1_700_000_000
REDEFINE: Final = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE
CURRENT: Final = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of snapshot, by its state and where it keeps memory and disks."""

    state: str
    memory: str
    disk: str


KINDS: Final = (
    Kind("shutoff", "no", "internal"),
    Kind("shutoff", "no", "external"),
    Kind("running", "internal", "internal"),
    Kind("running", "external", "external"),
    Kind("paused", "internal", "internal"),
    Kind("paused", "external", "external"),
    Kind("disk-snapshot", "no", "external"),
)


def grow(domain: Domain, random: Random, size: int) -> tuple[str, ...]:
    """Give the domain a tree of `size` snapshots, one of them current or none; their names."""
    names = random.sample(NAMES, size)
    current = random.choice((*names, None))
    definition = _definition(domain)
    with domain.handle() as handle:
        for number, name in enumerate(names):
            parent = random.choice((*names[:number], None)) if number else None
            xml = _snapshot(name, parent, random.choice(KINDS), definition)
            handle.snapshotCreateXML(xml, REDEFINE | (CURRENT if name == current else 0))
    return tuple(names)


def clear(domain: Domain) -> None:
    """Let libvirt forget all snapshots of the domain."""
    with domain.handle() as handle:
        for each in handle.listAllSnapshots():
            each.delete(libvirt.VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY)


def _definition(domain: Domain) -> ET.Element:
    with domain.handle() as handle:
        return ET.fromstring(handle.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))  # noqa: S314 - libvirt wrote it


def _snapshot(name: str, parent: str | None, kind: Kind, definition: ET.Element) -> str:
    root = ET.Element("domainsnapshot")
    ET.SubElement(root, "name").text = name
    ET.SubElement(root, "description").text = f"Made of {kind.state}"
    ET.SubElement(root, "state").text = kind.state
    ET.SubElement(root, "creationTime").text = str(STARTED + len(name))
    if parent is not None:
        ET.SubElement(ET.SubElement(root, "parent"), "name").text = parent
    memory = ET.SubElement(root, "memory", {"snapshot": kind.memory})
    if kind.memory == "external":
        memory.set("file", f"/nowhere/{len(name)}.mem")
    disks = ET.SubElement(root, "disks")
    disks.extend(_disks(name, kind, definition))
    root.append(definition)
    return ET.tostring(root, "unicode")


def _disks(name: str, kind: Kind, definition: ET.Element) -> Iterator[ET.Element]:
    for target in definition.iterfind("devices/disk/target"):
        disk = ET.Element("disk", {"name": target.get("dev", ""), "snapshot": kind.disk})
        if kind.disk == "external":
            ET.SubElement(disk, "driver", {"type": "qcow2"})
            path = f"/nowhere/{name.encode().hex()}.qcow2"
            ET.SubElement(disk, "source", {"file": path})
        yield disk
