"""What becomes of a domain between the apply that was cut off and its recovery, by somebody's hand.

Values and hands only: `test_ends` decides what each must lead to.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

import libvirt

from tests.chaos.proxy import Proxy
from tests.lab.domain import UNDEFINE_ALL, Domain

OTHER: Final = "-renamed"
KEPT: Final = (
    libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE | libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT
)


class End(StrEnum):
    """An end that no apply expects."""

    UNDEFINED = "undefined"
    RECREATED = "recreated"
    SAME_UUID = "recreated with its UUID"
    RENAMED = "renamed"
    UNSEEN = "files not seen"
    OTHER_URI = "another URI"


GONE: Final = frozenset({End.UNDEFINED, End.RECREATED})
"""The domain of the journal does not exist any more."""


@contextmanager
def reached(end: End, domain: Domain, folder: Path) -> Iterator[tuple[Domain, tuple[str, ...]]]:
    """Let it happen; the domain as it is called then, and how recovery is told to reach its host.

    The guest is off. Afterwards the domain has its first name again, so that the lab removes it.
    """
    match end:
        case End.UNDEFINED | End.RECREATED | End.SAME_UUID:
            xml = _undefined(domain)
            if end is not End.UNDEFINED:
                _defined(domain, xml if end is End.SAME_UUID else _without_uuid(xml))
            yield domain, ()
            if end is End.UNDEFINED:
                _defined(domain, xml)
        case End.RENAMED:
            _renamed(domain, domain.name, domain.name + OTHER)
            yield Domain(domain.daemon, domain.name + OTHER, domain.shared), ()
            _renamed(domain, domain.name + OTHER, domain.name)
        case End.OTHER_URI:
            link = folder / "libvirt-sock"
            link.symlink_to(domain.daemon.socket_path)
            yield domain, ("-c", f"qemu+unix:///system?socket={link}")
        case End.UNSEEN:
            with Proxy(domain.daemon, known=False) as proxy:
                yield domain, ("-c", proxy.uri)


def _undefined(domain: Domain) -> str:
    with domain.handle() as handle:
        xml = str(handle.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE))
        handle.undefineFlags(UNDEFINE_ALL)
    return xml


def _defined(domain: Domain, xml: str) -> None:
    with domain.daemon.connect() as connection:
        connection.defineXML(xml)


def _without_uuid(xml: str) -> str:
    root = ET.fromstring(xml)  # noqa: S314 - libvirt wrote it
    uuid = root.find("uuid")
    assert uuid is not None
    root.remove(uuid)
    return ET.tostring(root, "unicode")


def _renamed(domain: Domain, old: str, new: str) -> None:
    """Keep its UUID and its snapshots; `virsh domrename` refuses a domain that has snapshots."""
    with domain.daemon.connect() as connection:
        handle = connection.lookupByName(old)
        xml = str(handle.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE))
        kept = [
            (each.isCurrent(), str(each.getXMLDesc(libvirt.VIR_DOMAIN_XML_SECURE)))
            for each in sorted(handle.listAllSnapshots(), key=_depth)
        ]
        handle.undefineFlags(UNDEFINE_ALL)
        made = connection.defineXML(xml.replace(f"<name>{old}</name>", f"<name>{new}</name>"))
        for current, dump in kept:
            flags = KEPT if current else libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE
            told = dump.replace(f"<name>{old}</name>", f"<name>{new}</name>")
            made.snapshotCreateXML(told, flags)


def _depth(snapshot: libvirt.virDomainSnapshot) -> int:
    above, depth = snapshot, 0
    while True:
        try:
            above = above.getParent()
        except libvirt.libvirtError:
            return depth
        depth += 1
