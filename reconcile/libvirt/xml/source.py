"""`<source>` of a disk read: what the disk's data lies on, in a definition or in metadata."""

from typing import Final

from reconcile.libvirt.xml.element import Element
from reconcile.model.source import Source

VOLUME_SCHEME: Final = "volume:"
"""What a volume's stand-in for its path begins with, until libvirt has told the path."""

_KINDS: Final = {str(kind): kind for kind in Source if kind is not Source.NONE}


def kind(disk: Element) -> Source:
    """The kind of source that a disk's data lies on; a drive without a medium is `none`."""
    found = _KINDS.get(disk.get("type", "file"), Source.NETWORK)
    if found is Source.NETWORK:
        return found
    return found if place(disk) else Source.NONE


def place(disk: Element) -> str | None:
    """The path of a disk's file or device, or a stand-in for its volume; None where it has none."""
    source = disk.find("source")
    if source is None:
        return None
    pool, volume = source.get("pool"), source.get("volume")
    if pool and volume:
        return f"{VOLUME_SCHEME}{pool}/{volume}"
    return source.get("file") or source.get("dev")


def volume_of(path: str) -> tuple[str, str] | None:
    """The pool and the volume that a stand-in names; None for a path that is no stand-in."""
    if not path.startswith(VOLUME_SCHEME):
        return None
    pool, _, volume = path.removeprefix(VOLUME_SCHEME).partition("/")
    return pool, volume


def encrypted(disk: Element) -> bool:
    """Whether the disk's image is encrypted; older definitions say so beside the source."""
    return disk.find("source/encryption") is not None or disk.find("encryption") is not None
