"""Sources of disks: the kinds of things that a disk's data lies on."""

from enum import StrEnum


class Source(StrEnum):
    """Where libvirt finds a disk's data; `none` is an empty drive."""

    FILE = "file"
    BLOCK = "block"
    VOLUME = "volume"
    NETWORK = "network"
    NONE = "none"
