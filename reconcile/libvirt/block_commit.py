"""Merges of a running guest's images by libvirt's block jobs."""

import libvirt

from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.error_boundary import code_of


def begin_commit(domain: DomainHandle, target: str, top: str, base: str, *, active: bool) -> None:
    """Begin to merge the image `top` of a disk into the image `base` below it. Raises HostError.

    `active`: `top` is the image that the guest writes to; then `pivot` ends the merge.
    """
    flags = libvirt.VIR_DOMAIN_BLOCK_COMMIT_ACTIVE if active else 0
    with domain.call(f"merge {top} into {base}", changes=True):
        domain.handle.blockCommit(target, base, top, 0, flags)


def pivot(domain: DomainHandle, target: str) -> bool:
    """Whether the disk has moved to its base; False as long as the merge is not ready.

    Raises HostError.
    """
    with domain.call(f"move disk {target} to its base", changes=True):
        try:
            domain.handle.blockJobAbort(target, libvirt.VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT)
        except libvirt.libvirtError as error:
            if code_of(error) == LibvirtCode.BLOCK_COPY_ACTIVE:
                return False
            raise
    return True
