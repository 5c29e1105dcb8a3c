"""What the images of a host hold that no domain knows of, and which of them several share."""

from collections.abc import Iterator
from shlex import quote

from reconcile.model.domain import Domain
from reconcile.model.finding import Finding, FindingCode
from reconcile.model.images import ImageGraph, Role
from reconcile.model.snapshot import DataState, DiskKind


def image_findings(domain: Domain, images: ImageGraph) -> Iterator[Finding]:
    """Findings about the images of one domain, held against those of all domains of the host."""
    for snapshot in domain.tree.topological():
        if snapshot.data is DataState.DIFFERS:
            yield Finding(
                FindingCode.DATA_DIFFERS,
                snapshot.name,
                "its images do not lie on each other as its metadata says: a revert may bring "
                "other data",
                "put the images back as they were, or `forget:` it",
            )
    yield from _shared(domain, images)
    yield from _unknown_tags(domain, images)


def _shared(domain: Domain, images: ImageGraph) -> Iterator[Finding]:
    """Images that this domain's guest writes to, or writes above, and others lie on."""
    for disk in domain.disks:
        if disk.path is None or disk.readonly:
            continue
        for path in dict.fromkeys((disk.path, *disk.backing)):
            users = dict.fromkeys(use.user for use in images.others(path, domain.uuid))
            if users:
                yield Finding(
                    FindingCode.IMAGE_SHARED,
                    f"disk {disk.target}",
                    f"{', '.join(users)} lies on its image {path}, too: deletes and reverts that "
                    "would change that image are refused",
                    "give each an image of its own (`qemu-img convert`, or `virsh blockpull` "
                    "while it runs)",
                )


def _unknown_tags(domain: Domain, images: ImageGraph) -> Iterator[Finding]:
    """Internal snapshots in the domain's images that no snapshot of any domain explains.

    An image that others lie on may hold theirs: those are left out.
    """
    known = {
        (snapshot.name, images.key(base))
        for snapshot in domain.tree
        for disk in snapshot.disks
        if disk.kind is DiskKind.INTERNAL and (base := snapshot.base_file(disk.target))
    }
    for disk in domain.disks:
        for path in dict.fromkeys((disk.path, *disk.backing)):
            if path is None or _is_others(path, domain, images):
                continue
            for tag in images.tags(path) or ():
                if (tag, images.key(path)) not in known:
                    yield Finding(
                        FindingCode.TAG_UNKNOWN,
                        f"disk {disk.target}",
                        f"{path} holds an internal snapshot {tag} that libvirt does not know",
                        f"remove it with `qemu-img snapshot -d {quote(tag)} {quote(path)}` while "
                        "the domain is off, or declare it by `redefine-from`",
                    )


def _is_others(path: str, domain: Domain, images: ImageGraph) -> bool:
    roles = {Role.DISK, Role.SNAPSHOT}
    return any(use.role in roles for use in images.others(path, domain.uuid))
