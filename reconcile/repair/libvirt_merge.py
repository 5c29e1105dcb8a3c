"""Merges of a running guest's images through libvirt, each waited for to its end."""

from reconcile.libvirt.connection import DomainHandle
from reconcile.libvirt.deadline import until


def merge_active(domain: DomainHandle, target: str, top: str, base: str) -> None:
    """Merge the overlay that a disk lies on into its base, and move it there. Raises HostError."""
    domain.commit(target, top, base, active=True)
    until(lambda: domain.pivot(target))


def merge_inner(domain: DomainHandle, target: str, top: str, base: str) -> None:
    """Merge an image in the middle of a disk's chain into the one below. Raises HostError."""
    domain.commit(target, top, base, active=False)
    until(lambda: not domain.block_job(target))
