"""An active domain's disks by QEMU's own word, where libvirt's definition may be wrong.

Asked with `query-block` only, which changes nothing; libvirt marks the domain as tainted all the
same, so it is asked only after a call that may have moved disks was cut off.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.qemu_monitor import monitor_command
from reconcile.libvirt.xml.domain import LiveDisk

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class QemuDisk:
    """A disk of an active domain by QEMU's own word.

    `node`: QEMU's name for the image it writes to; `images`: the files of that image and of those
    below it, the written one first; `size`: what the guest sees, in bytes; `cache`: QEMU's cache
    options `direct` and `no-flush`.
    """

    node: str
    images: tuple[str, ...]
    size: int
    cache: Mapping[str, bool]

    @property
    def file(self) -> str:
        """The file that QEMU writes to."""
        return self.images[0]


def observe_qemu_disks(domain: DomainHandle, disks: Iterable[LiveDisk]) -> Mapping[str, QemuDisk]:
    """The disks of libvirt's live definition by QEMU's word, by target; no drive without image.

    Raises HostError.
    """
    answer: list[Json] = monitor_command(domain, "query-block")
    found = {disk.target: _inserted(answer, disk) for disk in disks}
    return {target: _disk(inserted) for target, inserted in found.items() if inserted is not None}


def _inserted(answer: list[Json], disk: LiveDisk) -> Json | None:
    for each in answer:
        if disk.alias in str(each.get("qdev", "")).split("/"):
            inserted: Json | None = each.get("inserted")
            return inserted
    return None


def _disk(inserted: Json) -> QemuDisk:
    return QemuDisk(
        node=str(inserted["node-name"]),
        images=tuple(_images(inserted["image"])),
        size=int(inserted["image"]["virtual-size"]),
        cache={key: bool(inserted["cache"][key]) for key in ("direct", "no-flush")},
    )


def _images(image: Json | None) -> Iterator[str]:
    while image:
        yield str(image["filename"])
        image = image.get("backing-image")
