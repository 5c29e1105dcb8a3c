"""Merges of a running guest's images through libvirt, each waited for to its end."""

from collections.abc import Callable

from reconcile.libvirt.block_commit import begin_commit, pivot
from reconcile.libvirt.calls import REDEFINE
from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.waiting import until
from reconcile.model.leftover import DiskMerge
from reconcile.recovery import repair_text
from reconcile.repair import xml

ALONE = ("DISK_ONLY", "NO_METADATA")
Tell = Callable[[str], None]


def merge_active(merge: DiskMerge, domain: DomainHandle, tell: Tell) -> None:
    """Merge the overlay that a disk lies on into its base, and move the disk there.

    Raises HostError.
    """
    tell(repair_text.merging(merge))
    begin_commit(domain, merge.target, merge.overlay, merge.base, active=True)
    tell(repair_text.pivoting(merge))
    until(lambda: pivot(domain, merge.target))


def merge_inner(merge: DiskMerge, domain: DomainHandle, tell: Tell) -> None:
    """Merge an image in the middle of a disk's chain into the one below. Raises HostError."""
    tell(repair_text.merging(merge))
    begin_commit(domain, merge.target, merge.overlay, merge.base, active=False)
    until(lambda: not domain.block_job(merge.target))


def put_on_overlay(merge: DiskMerge, domain: DomainHandle, tell: Tell) -> None:
    """Let libvirt start an overlay of the old name on the base that a disk lies on.

    Raises HostError.
    """
    others = tuple(disk.target for disk in domain.disks() if disk.target != merge.target)
    tell(repair_text.starting(merge))
    domain.create(xml.overlay_request(merge.target, merge.overlay, others), ALONE)


def forget(
    snapshot: str, merges: tuple[DiskMerge, ...], domain: DomainHandle, others: list[str]
) -> None:
    """Forget a merged snapshot's metadata, and its overlays in that of the `others`.

    libvirt's own delete does so with every snapshot above (9.0.0, 11.3.0, 12.8.0): a chain in
    metadata with an image that is gone makes a later revert fail. Raises HostError.
    """
    overlays = {merge.overlay for merge in merges}
    for dump in [domain.secure_xml(name) for name in others]:
        if xml.names_image(dump, overlays):
            domain.redefine(xml.without_overlays(dump, merges), REDEFINE)
    domain.delete(snapshot, ("METADATA_ONLY",))
