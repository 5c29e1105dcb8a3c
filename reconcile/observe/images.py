"""What an image says of itself, by QEMU's own tool: the internal snapshots in it, what is below it.

libvirt lists only the snapshots that it knows, and the images below a disk of active domains only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconcile.libvirt.connection import Connection
from reconcile.model.domain import Disk, Domain
from reconcile.model.frozen import FrozenMapping
from reconcile.model.source import Source
from reconcile.qemu_img import image as qemu_img


def observe_tags(host: Connection, images: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Tags by image, for images of this machine that can be read; others are left out."""
    if not host.local:
        return FrozenMapping()
    found = ((image, _tags(image)) for image in images)
    return FrozenMapping({image: tags for image, tags in found if tags is not None})


def with_chains(host: Connection, domain: Domain) -> Domain:
    """The domain with the images below its disks, which libvirt tells of active domains only."""
    if domain.active or not host.local:
        return domain
    return replace(domain, disks=tuple(map(_with_chain, domain.disks)))


def _with_chain(disk: Disk) -> Disk:
    if not disk.path or disk.source is not Source.FILE:
        return disk
    chain = qemu_img.info(disk.path, "--backing-chain")
    if not chain:
        return disk
    return replace(disk, backing=tuple(str(each["filename"]) for each in chain[1:]))


def observe_held(host: Connection, images: Iterable[str]) -> tuple[str, ...]:
    """The images of this machine that some process has open for writing."""
    return tuple(image for image in images if host.local and qemu_img.held(image))


def observe_differing(host: Connection, pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The first of each pair that does not read as the second; both lie on this machine.

    On another one nobody can say, which counts as different.
    """
    return frozenset(one for one, other in pairs if not (host.local and qemu_img.same(one, other)))


def _tags(image: str) -> tuple[str, ...] | None:
    chain = qemu_img.info(image)
    if chain is None:
        return None
    return tuple(str(each["name"]) for each in chain[0].get("snapshots", []))
