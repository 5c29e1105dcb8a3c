"""Refusal of a full dump that libvirt would never have written, before libvirt is given it.

libvirt trusts a redefine's XML further than it checks it (9.0.0, 11.3.0, 12.8.0): a disk of the
embedded definition without a target ends libvirtd with SIGSEGV, two disks of one target are taken
as they are.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from reconcile.errors import HostXmlError
from reconcile.libvirt.xml.element import Element, attribute

ONCE: Final = ("name", "state", "creationTime", "domain", "domain/name", "domain/uuid")
ONCE_AT_MOST: Final = (
    "parent",
    "memory",
    "disks",
    "revertDisks",
    "inactiveDomain",
    "cookie",
    "domain/devices",
    "inactiveDomain/devices",
)
DEFINITIONS: Final = ("domain", "inactiveDomain")
MEMORY: Final = frozenset({None, "no", "internal", "external"})


def require_whole(root: Element) -> None:
    """Raise HostXmlError for a dump that libvirt would never have written."""
    for what in _faults(root):
        raise HostXmlError(what)


def _faults(root: Element) -> Iterator[str]:
    if root.tag != "domainsnapshot":
        yield "it is no `<domainsnapshot>`"
    yield from _counts(root)
    if attribute(root, "memory", "snapshot") not in MEMORY:
        yield "its `<memory>` is none that libvirt knows"
    for path in ("disks/disk", "revertDisks/disk"):
        yield from _disks([disk.get("name") for disk in root.iterfind(path)], path)
    for path in (f"{definition}/devices/disk" for definition in DEFINITIONS):
        yield from _disks([attribute(d, "target", "dev") for d in root.iterfind(path)], path)


def _counts(root: Element) -> Iterator[str]:
    for path in ONCE:
        if len(root.findall(path)) != 1:
            yield f"it has not exactly one `<{path}>`"
    for path in ONCE_AT_MOST:
        if len(root.findall(path)) > 1:
            yield f"it has more than one `<{path}>`"


def _disks(targets: list[str | None], path: str) -> Iterator[str]:
    counts = Counter(targets)
    if None in counts or "" in counts:
        yield f"a `<{path}>` has no target"
    twice = next((target for target, count in counts.items() if count > 1), None)
    if twice:
        yield f"two `<{path}>` have the target {twice}"
