"""What images say of themselves, by QEMU's own tool, as recovery asks for it.

libvirt lists only the snapshots that it knows, and the images below a disk of active domains only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconcile.libvirt.connection import Connection
from reconcile.model.domain import Disk, Domain
from reconcile.model.fact import Fact
from reconcile.model.frozen import FrozenMapping
from reconcile.model.source import Source
from reconcile.observe.host_files import HostFiles


def observe_tags(host: Connection, images: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Tags by image, for images that can be read; others are left out. Raises HostError."""
    files = HostFiles(host)
    found = ((image, files.tags(image)) for image in images)
    return FrozenMapping({image: tags for image, tags in found if tags is not None})


def observe_unread(host: Connection, images: Iterable[str]) -> tuple[str, ...]:
    """The images that can be seen from here but not read. Raises HostError."""
    files = HostFiles(host)
    return tuple(each for each in images if files.sees(each) and files.tags(each) is None)


def with_chains(host: Connection, domain: Domain) -> Domain:
    """The domain with the images below its disks, which libvirt tells of active domains only.

    Raises HostError.
    """
    if domain.active:
        return domain
    files = HostFiles(host)
    return replace(domain, disks=tuple(_with_chain(disk, files) for disk in domain.disks))


def _with_chain(disk: Disk, files: HostFiles) -> Disk:
    if not disk.path or disk.source is not Source.FILE:
        return disk
    return replace(disk, backing=files.below(disk.path, disk.format) or disk.backing)


def observe_held(host: Connection, images: Iterable[str]) -> tuple[str, ...]:
    """The images that some process has open for writing. Raises HostError."""
    files = HostFiles(host)
    return tuple(image for image in images if files.held(image) is Fact.YES)


def observe_differing(host: Connection, pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The first of each pair that does not read as the second, or of which nobody can say.

    Raises HostError.
    """
    files = HostFiles(host)
    return frozenset(one for one, other in pairs if not files.same_content(one, other))
