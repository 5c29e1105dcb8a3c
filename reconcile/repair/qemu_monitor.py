"""QEMU's own monitor, asked through libvirt: which file a disk is written to, and putting one back.

Used only where a libvirtd died inside a merge and its definition may be wrong: libvirt marks a
domain whose monitor somebody else used as tainted.
"""

from dataclasses import replace
from itertools import pairwise
from typing import Any, Protocol

from reconcile.libvirt.deadline import until
from reconcile.libvirt.xml.domain import LiveDisk

Json = dict[str, Any]
FORMAT, STORAGE = "-format", "-storage"  # what libvirt's names of nodes end with


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


def chain_of(drive: Json) -> tuple[str, ...]:
    """All images of a disk, from the one that is written to."""
    found, image = [], drive.get("image")
    while image:
        found.append(str(image["filename"]))
        image = image.get("backing-image")
    return tuple(found)


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
    _close(domain, _format(disk))


def _close(domain: Monitor, image: str) -> None:
    """The node of an image, and the one of the file below it."""
    known = {each["node-name"] for each in _nodes(domain)}
    for node in (image, f"{image.removesuffix(FORMAT)}{STORAGE}"):
        if node in known:
            domain.monitor("blockdev-del", {"node-name": node})


def _nodes(domain: Monitor) -> list[Json]:
    nodes: list[Json] = domain.monitor("query-named-block-nodes", {"flat": True})
    return nodes


def put_back(domain: Monitor, disk: LiveDisk, drive: Json) -> None:
    """Let QEMU write the disk to the empty overlay that libvirt names, on top of what it has."""
    cache = {key: drive["cache"][key] for key in ("direct", "no-flush")}
    _add(domain, disk, None, cache)
    names = {"node": drive["node-name"], "overlay": _format(disk)}
    domain.monitor("blockdev-snapshot", names)


def reinsert(domain: Monitor, disk: LiveDisk, drive: Json, path: str, base: str) -> None:
    """Let QEMU read an empty image between the disk's chain above it and its base."""
    inner = replace(disk, path=path, index=disk.below[path])
    above = next(p for p, below in pairwise((disk.path, *disk.below)) if below == path)
    nodes = {each["file"]: each["node-name"] for each in _nodes(domain) if each["drv"] != "file"}
    cache = {key: drive["cache"][key] for key in ("direct", "no-flush")}
    _add(domain, inner, nodes[base], cache)
    top = replace(disk, path=above, index=disk.below.get(above, disk.index))
    image = {"driver": "qcow2", "node-name": _format(top), "file": _storage(top), "cache": cache}
    writable = {"read-only": above != disk.path, "backing": _format(inner)}
    domain.monitor("blockdev-reopen", {"options": [{**image, **writable}]})


def _add(domain: Monitor, disk: LiveDisk, backing: str | None, cache: Json) -> None:
    storage = {"driver": "file", "filename": disk.path, "auto-read-only": True, "discard": "unmap"}
    domain.monitor("blockdev-add", {**storage, "node-name": _storage(disk), "cache": cache})
    image = {"driver": "qcow2", "file": _storage(disk), "backing": backing}
    inner = {"read-only": backing is not None, "node-name": _format(disk), "cache": cache}
    domain.monitor("blockdev-add", {**image, **inner})


def merge_back(domain: Monitor, drive: Json, base: str, job: str) -> None:
    """Commit what a disk lies on into the image below, and let the guest write there; waits."""
    below = next(n for n in _nodes(domain) if n["file"] == base and n["drv"] != "file")
    names = {"device": drive["node-name"], "base-node": below["node-name"]}
    domain.monitor("block-commit", {"job-id": job, **names})
    until(lambda: _status(domain, job) in {"ready", None})
    domain.monitor("job-complete", {"id": job})
    until(lambda: _status(domain, job) is None)
    _close(domain, str(drive["node-name"]))


def _status(domain: Monitor, job: str) -> str | None:
    """None once it is over."""
    found = {each["id"]: str(each["status"]) for each in domain.monitor("query-jobs")}
    return found.get(job)


def _format(disk: LiveDisk) -> str:
    """libvirt's name for the image in QEMU, by the index that its live definition shows."""
    return f"libvirt-{disk.index}{FORMAT}"


def _storage(disk: LiveDisk) -> str:
    return f"libvirt-{disk.index}{STORAGE}"
