"""QEMU's own monitor, asked through libvirt: which file a disk is written to, and putting one back.

Used only where a libvirtd died inside a merge and its definition may be wrong: libvirt marks a
domain whose monitor somebody else used as tainted.
"""

from typing import Any, Protocol

from reconcile.host.domain_xml import LiveDisk

Json = dict[str, Any]


class Monitor(Protocol):
    """Something that hands commands to QEMU. Raises HostError."""

    def monitor(self, command: str, arguments: Json | None = None) -> Any:  # noqa: ANN401 - JSON
        """What QEMU returns."""


def drives(domain: Monitor, disks: tuple[LiveDisk, ...]) -> dict[str, Json]:
    """What QEMU has in each disk, by target: its node, its image, how it is cached."""
    said = domain.monitor("query-block")
    found = {disk.target: _inserted(said, disk) for disk in disks}
    return {target: drive for target, drive in found.items() if drive is not None}


def file_of(drive: Json) -> str:
    """The file that QEMU writes to."""
    return str(drive["image"]["filename"])


def size_of(drive: Json) -> int:
    """What the guest sees, in bytes."""
    return int(drive["image"]["virtual-size"])


def _inserted(said: list[Json], disk: LiveDisk) -> Json | None:
    for each in said:
        if disk.alias in str(each.get("qdev", "")).split("/"):
            inserted: Json | None = each.get("inserted")
            return inserted
    return None


def let_go(domain: Monitor, disk: LiveDisk) -> None:
    """Close an image that no disk is on any more, as far as QEMU still has it open."""
    known = {
        each["node-name"] for each in domain.monitor("query-named-block-nodes", {"flat": True})
    }
    for node in (_format(disk), _storage(disk)):
        if node in known:
            domain.monitor("blockdev-del", {"node-name": node})


def put_back(domain: Monitor, disk: LiveDisk, drive: Json) -> None:
    """Let QEMU write the disk to the empty overlay that libvirt names, on top of what it has."""
    cache = {key: drive["cache"][key] for key in ("direct", "no-flush")}
    storage = {"driver": "file", "filename": disk.path, "auto-read-only": True, "discard": "unmap"}
    domain.monitor("blockdev-add", {**storage, "node-name": _storage(disk), "cache": cache})
    image = {"driver": "qcow2", "file": _storage(disk), "backing": None, "read-only": False}
    domain.monitor("blockdev-add", {**image, "node-name": _format(disk), "cache": cache})
    names = {"node": drive["node-name"], "overlay": _format(disk)}
    domain.monitor("blockdev-snapshot", names)


def _format(disk: LiveDisk) -> str:
    """libvirt's name for the image in QEMU, by the index that its live definition shows."""
    return f"libvirt-{disk.index}-format"


def _storage(disk: LiveDisk) -> str:
    return f"libvirt-{disk.index}-storage"
