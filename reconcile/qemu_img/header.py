"""The first bytes of a qcow2 image, read without `qemu-img`: does it refer to other files at all?

A running guest's images are told by libvirt, so that a process for each would be asked for nothing.
"""

import os
from dataclasses import dataclass
from typing import Final

_MAGIC: Final = b"QFI\xfb"
_BYTES: Final = 80
_BACKING_OFFSET: Final = slice(8, 16)
_INCOMPATIBLE: Final = slice(72, 80)
_ENCRYPTION: Final = slice(32, 36)
_DATA_FILE: Final = 4
"""The bit of the incompatible features; headers of version 2 end before them."""
_VERSION: Final = slice(4, 8)
_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class References:
    """Whether an image names one below, keeps its data in another file, needs a key."""

    backing: bool = False
    data_file: bool = False
    encrypted: bool = False


def references(image: str) -> References | None:
    """What the image's header says; nothing where it is no qcow2. None where it cannot be read."""
    try:
        head = _head(image)
    except (OSError, ValueError):
        return None
    if len(head) < _BYTES or not head.startswith(_MAGIC):
        return References()
    has_features = int.from_bytes(head[_VERSION], "big") > 2  # noqa: PLR2004 - qcow2's version
    features = int.from_bytes(head[_INCOMPATIBLE], "big") if has_features else 0
    names_backing, is_encrypted = any(head[_BACKING_OFFSET]), any(head[_ENCRYPTION])
    return References(names_backing, bool(features & _DATA_FILE), is_encrypted)


def _head(image: str) -> bytes:
    opened = os.open(image, _FLAGS)
    try:
        return os.read(opened, _BYTES)
    finally:
        os.close(opened)
