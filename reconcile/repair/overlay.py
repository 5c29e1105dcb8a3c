"""Overlay files: made empty under an old name, merged by qemu-img, removed."""

import os
from pathlib import Path

from reconcile.libvirt.domain import DomainHandle
from reconcile.model.leftover import DiskMerge
from reconcile.qemu_img import image as qemu_img


def make_empty(merge: DiskMerge, size: int | None = None) -> None:
    """Make an empty overlay of the old name, owned as its base is: by the user that QEMU runs as.

    `size`: what the guest sees, in bytes; that of the base where none is given. Raises OSError.
    """
    path = Path(merge.overlay)
    path.unlink(missing_ok=True)
    qemu_img.create_overlay(merge.overlay, merge.base, merge.format, size)
    base = Path(merge.base).stat()
    if os.geteuid() == 0:
        os.chown(path, base.st_uid, base.st_gid)
    path.chmod(base.st_mode & 0o777)


def commit_inner(merge: DiskMerge, domain: DomainHandle) -> None:
    """Commit an image in the middle of a chain into its base, and leave it out of the chain.

    The guest is off. Raises HostError, OSError.
    """
    disk = next(each for each in domain.disks() if each.target == merge.target)
    above = qemu_img.above(disk.path or "", merge.overlay)
    qemu_img.commit(merge.overlay)
    qemu_img.rebase(above, merge.base, merge.format)


def remove(merge: DiskMerge) -> None:
    """Remove an overlay whose data is in its base. Raises OSError."""
    Path(merge.overlay).unlink(missing_ok=True)
