"""Changes to a running QEMU behind libvirt's back, where libvirtd died with a wrong definition.

Every command is told in words before it is sent. libvirt marks the domain as tainted.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.qemu_monitor import monitor_command
from reconcile.libvirt.waiting import until
from reconcile.libvirt.xml.domain import LiveDisk
from reconcile.observe.qemu_disks import QemuDisk
from reconcile.recovery import repair_text

Json = dict[str, Any]
FORMAT, STORAGE = "-format", "-storage"  # what libvirt's names of nodes end with


class RunningQemu:
    """The QEMU of an active domain. Its methods raise HostError."""

    def __init__(self, domain: DomainHandle, tell: Callable[[str], None]) -> None:
        self._domain = domain
        self._tell = tell

    def nodes(self) -> list[Json]:
        """The block nodes that QEMU has now."""
        found: list[Json] = monitor_command(self._domain, "query-named-block-nodes", {"flat": True})
        return found

    def job_status(self, job: str) -> str | None:
        """A block job's status; None once the job is over."""
        found = monitor_command(self._domain, "query-jobs")
        return {str(each["id"]): str(each["status"]) for each in found}.get(job)

    def change(self, what: str, command: str, arguments: Json) -> None:
        """Send a command that changes QEMU, after its words `what` were told. Raises HostError."""
        self._tell(what)
        monitor_command(self._domain, command, arguments)


def close_image(qemu: RunningQemu, image: str) -> None:
    """Close the node of an image that no disk is on, and that of its file, where QEMU has them.

    Raises HostError.
    """
    known = {each["node-name"] for each in qemu.nodes()}
    for node in (image, f"{image.removesuffix(FORMAT)}{STORAGE}"):
        if node in known:
            qemu.change(repair_text.closing(node), "blockdev-del", {"node-name": node})


def put_on_overlay(qemu: RunningQemu, disk: LiveDisk, drive: QemuDisk) -> None:
    """Let QEMU write the disk to the empty overlay that libvirt names, on top of its images.

    Raises HostError.
    """
    overlay = image_node(disk)
    _open(qemu, disk, None, drive.cache)
    names = {"node": drive.node, "overlay": overlay}
    qemu.change(repair_text.stacking(overlay, drive.node), "blockdev-snapshot", names)


def reinsert(qemu: RunningQemu, disk: LiveDisk, drive: QemuDisk, path: str, base: str) -> None:
    """Let QEMU read an empty image between the disk's chain above it and its base.

    Raises HostError.
    """
    inner = replace(disk, path=path, index=disk.below[path])
    above = next(upper for upper, lower in pairwise((disk.path, *disk.below)) if lower == path)
    nodes = {each["file"]: each["node-name"] for each in qemu.nodes() if each["drv"] != "file"}
    _open(qemu, inner, nodes[base], drive.cache)
    top = replace(disk, path=above, index=disk.below.get(above, disk.index))
    options = {
        "driver": "qcow2",
        "node-name": image_node(top),
        "file": _file_node(top),
        "cache": drive.cache,
        "read-only": above != disk.path,
        "backing": image_node(inner),
    }
    what = repair_text.rebacking(image_node(top), image_node(inner))
    qemu.change(what, "blockdev-reopen", {"options": [options]})


def commit_into(qemu: RunningQemu, drive: QemuDisk, base: str, job: str) -> None:
    """Commit what a disk lies on into the image `base` below, and let the guest write there.

    Waits for the job's end, which may take hours. Raises HostError.
    """
    below = next(each for each in qemu.nodes() if each["file"] == base and each["drv"] != "file")
    target = str(below["node-name"])
    names = {"job-id": job, "device": drive.node, "base-node": target}
    qemu.change(repair_text.committing(drive.node, target), "block-commit", names)
    until(lambda: qemu.job_status(job) in {"ready", None})
    qemu.change(repair_text.completing(job, base), "job-complete", {"id": job})
    until(lambda: qemu.job_status(job) is None)
    close_image(qemu, drive.node)


def _open(
    qemu: RunningQemu, disk: LiveDisk, backing: str | None, cache: Mapping[str, bool]
) -> None:
    """The nodes of a file and of the image in it, under the names that libvirt gives them."""
    node, path = _file_node(disk), disk.path
    storage = {"driver": "file", "filename": path, "auto-read-only": True, "discard": "unmap"}
    what = repair_text.opening(node, path)
    qemu.change(what, "blockdev-add", {**storage, "node-name": node, "cache": cache})
    image = {"driver": "qcow2", "file": node, "backing": backing, "read-only": backing is not None}
    what = repair_text.opening(image_node(disk), path)
    qemu.change(what, "blockdev-add", {**image, "node-name": image_node(disk), "cache": cache})


def image_node(disk: LiveDisk) -> str:
    """libvirt's name for the disk's image in QEMU, by the index that its live definition shows."""
    return f"libvirt-{disk.index}{FORMAT}"


def _file_node(disk: LiveDisk) -> str:
    return f"libvirt-{disk.index}{STORAGE}"
