"""What a libvirt can do with snapshots, operation by operation, and what it lacks."""

from collections.abc import Iterator

from reconcile.model.diagnosis import Operation
from reconcile.model.host import Capabilities
from reconcile.rules import versions

DEEP = 200
"""Images in a chain up to which every libvirt without that fault starts a domain."""


def operations(host: Capabilities) -> tuple[Operation, ...]:
    """The operations that differ between versions of libvirt, as this host can do them."""
    if host.test_driver:
        remark = "the test driver has no images: snapshots are metadata alone"
        return (Operation("internal snapshots", possible=True, remark=remark),)
    return tuple(_operations(host))


def _operations(host: Capabilities) -> Iterator[Operation]:
    have = host.libvirt
    yield Operation("take, revert to and delete internal snapshots", possible=True)
    yield _since(have, versions.UEFI_OFFLINE_INTERNAL, "internal snapshots of UEFI domains, off")
    yield _since(
        have,
        versions.QMP_INTERNAL_JOBS,
        "internal snapshots of UEFI domains, running",
        "with UEFI variables in a qcow2 file",
    )
    yield Operation("take external snapshots", possible=True)
    yield Operation(
        "revert to external snapshots",
        possible=host.external_revert,
        remark="" if host.external_revert else "libvirt 9.9 and newer can",
    )
    yield _since(have, versions.EXTERNAL_DELETE, "delete external snapshots")
    yield _since(
        have, versions.SIDE_BRANCH_DELETE, "delete external snapshots beside the active chain"
    )
    yield _since(have, versions.MEMORY_FILE_REMOVED, "remove the memory file of a deleted snapshot")
    yield _since(
        have,
        versions.CHECKPOINTS_WITH_SNAPSHOTS,
        "take external snapshots of a running domain with checkpoints",
    )
    most = versions.chain_limit(host)
    remark = "deeper ones do not start, by a fault of this version" if most < DEEP else ""
    yield Operation(f"start chains of {most} images", possible=most >= DEEP, remark=remark)


def _since(
    have: tuple[int, int, int], first: tuple[int, int, int], name: str, remark: str = ""
) -> Operation:
    if have >= first:
        return Operation(name, possible=True, remark=remark)
    number = ".".join(map(str, first[:2]))
    return Operation(name, possible=False, remark=f"libvirt {number} and newer can")
