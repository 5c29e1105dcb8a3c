"""Differences between libvirt's releases in their snapshots. Everything else is a capability."""

from reconcile.model.host import Capabilities

EXTERNAL_DELETE = (9, 0, 0)
MEMORY_FILE_REMOVED = (9, 1, 0)
UEFI_OFFLINE_INTERNAL = (9, 3, 0)
CHECKPOINTS_WITH_SNAPSHOTS = (9, 9, 0)
QMP_INTERNAL_JOBS = (10, 9, 0)
SIDE_BRANCH_DELETE = (12, 8, 0)
SHALLOW_CHAINS = ((10, 8, 0), (12, 0, 0))  # [first, first fixed): deep chains fail to start


def chain_limit(capabilities: Capabilities) -> int:
    """How many images a chain may have before the domain no longer starts."""
    first, fixed = SHALLOW_CHAINS
    return 25 if first <= capabilities.libvirt < fixed else 200
