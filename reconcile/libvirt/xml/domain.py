"""`<domain>` read for disks, firmware, agent and summary."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconcile.libvirt.xml import source
from reconcile.libvirt.xml.definition import definition, unmigratable
from reconcile.libvirt.xml.element import Element, attribute, parse, text_of
from reconcile.model.definition import Definition
from reconcile.model.domain import Disk, Firmware
from reconcile.model.frozen import FrozenMapping
from reconcile.model.snapshot import DiskKind

AGENT = "org.qemu.guest_agent.0"
_DEFAULTS = {"no": DiskKind.NONE, **{str(kind): kind for kind in DiskKind}}


def disks(text: str) -> tuple[Disk, ...]:
    """The domain's disks in the order of its definition, floppies and CD-ROMs included."""
    return tuple(_disk(found) for found in parse(text).iterfind("devices/disk"))


@dataclass(frozen=True, slots=True)
class LiveDisk:
    """A disk of an active domain by libvirt's own names: its device, and the number of its image.

    `job`: libvirt believes that a block job moves it. `below`: the images below and their numbers.
    """

    target: str
    alias: str
    path: str
    index: int
    job: bool
    below: Mapping[str, int] = field(default_factory=FrozenMapping)


def live_disks(text: str) -> tuple[LiveDisk, ...]:
    """The disks of an active domain's definition that have an image."""
    return tuple(
        LiveDisk(
            attribute(found, "target", "dev") or "",
            attribute(found, "alias", "name") or "",
            path,
            int(attribute(found, "source", "index") or 0),
            found.find("mirror") is not None,
            FrozenMapping(dict(_numbered(found))),
        )
        for found in parse(text).iterfind("devices/disk")
        if (path := _path(found))
    )


def firmware(text: str) -> Firmware | None:
    """The UEFI firmware of a domain's definition; None with a BIOS."""
    root = parse(text)
    uefi = attribute(root, "os", "firmware") == "efi"
    if not uefi and attribute(root, "os/loader", "type") != "pflash":
        return None
    return Firmware(text_of(root, "os/nvram"), attribute(root, "os/nvram", "format") or "raw")


def agent(text: str) -> bool:
    """Whether a guest agent is connected, which libvirt tells of running domains only."""
    channels = parse(text).iterfind("devices/channel/target")
    return any(each.get("name") == AGENT and each.get("state") == "connected" for each in channels)


def summary(text: str) -> tuple[Definition, tuple[str, ...]]:
    """The summary of a domain's definition, and the devices whose state QEMU cannot save."""
    root = parse(text)
    return definition(root), unmigratable(root)


def _disk(found: Element) -> Disk:
    default, chain = found.get("snapshot"), tuple(_backing(found))
    return Disk(
        target=attribute(found, "target", "dev") or "",
        path=source.place(found),
        source=source.kind(found),
        format=attribute(found, "driver", "type") or "raw",
        device=found.get("device", "disk"),
        readonly=found.find("readonly") is not None,
        shareable=found.find("shareable") is not None,
        default=_DEFAULTS.get(default) if default else None,
        backing=tuple(path for path, _ in chain),
        backing_formats=tuple(form for _, form in chain),
        chain_told=_ends(found),
        encrypted=source.encrypted(found),
        transient=found.find("transient") is not None,
    )


def _path(found: Element) -> str | None:
    source = found.find("source")
    return None if source is None else source.get("file") or source.get("dev")


def _numbered(found: Element) -> Iterator[tuple[str, int]]:
    below = found.find("backingStore")
    while below is not None:
        path = _path(below)
        if path:
            yield path, int(below.get("index", 0))
        below = below.find("backingStore")


def _ends(found: Element) -> bool:
    """Whether the chain is named to its end, which is an empty element."""
    below = found.find("backingStore")
    while below is not None:
        if not len(below):
            return True
        below = below.find("backingStore")
    return False


def _backing(found: Element) -> Iterator[tuple[str, str]]:
    """The files below, from the top, and their formats; libvirt lists them for active domains."""
    below = found.find("backingStore")
    while below is not None:
        path = _path(below)
        if path:
            yield path, attribute(below, "format", "type") or "raw"
        below = below.find("backingStore")
