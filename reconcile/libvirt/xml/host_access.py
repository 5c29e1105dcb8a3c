"""What a `<domain>` names of its host beside images of disks, e.g. the emulator that is run.

libvirt acts on some of it when it is only given the XML: it runs the emulator that the definition
in a redefined snapshot names, as its own user (9.0.0, 11.3.0, 12.8.0).
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from reconcile.libvirt.xml.element import Element

QEMU: Final = "{http://libvirt.org/schemas/domain/qemu/1.0}"
TEXTS: Final = frozenset({"name", "title", "description", "metadata"})
IMAGES: Final = frozenset({"source", "backingStore", "mirror"})
MADE_FOR_EACH_START: Final = re.compile(r"/dev/pts/\d+|/(var/lib|run)/libvirt/.*/domain-\d+-.+")
PROGRAMS: Final = frozenset({"emulator", "script", "binary", "helper", "bridgehelper"})


def host_access(domain: Element) -> tuple[str, ...]:
    """What a definition names of the host, sorted, each once.

    Paths of programs, files and devices, arguments of QEMU, and how QEMU is confined.
    """
    named = {posixpath.normpath(each) if each[:1] == "/" else each for each in _below(domain)}
    return tuple(sorted(each for each in named if not MADE_FOR_EACH_START.fullmatch(each)))


def _below(parent: Element) -> Iterator[str]:
    for element in parent.iterchildren("*"):
        if parent.tag == "domain" and element.tag in TEXTS:
            continue
        if parent.tag == "disk" and element.tag in IMAGES:
            continue
        yield from _named(element)
        yield from _below(element)


def _named(element: Element) -> Iterator[str]:
    values = [value for value in (element.text, *element.attrib.values()) if value]
    given = element.tag.startswith(QEMU) or element.tag in PROGRAMS
    yield from (value for value in values if value[0] == "/" or (given and value.strip()))
    if element.tag == "hostdev":
        yield from (f"host device {_spelt(source)}" for source in element.iterfind("source"))
    if element.tag == "seclabel" and element.get("type") != "dynamic":
        yield f"security label {_spelt(element)}"


def _spelt(element: Element) -> str:
    """The attributes of an element and of those below it, in an order of their own."""
    return repr([sorted(each.items()) for each in element.iter("*")])
