"""What the releases of the lab differ in, as far as the traps go."""

import libvirt

from tests.lab import skips
from tests.traps.guest import DISK_ONLY, Guest, refuses

MANUAL_ALONE = (12, 8, 0)


def reverts_external(guest: Guest) -> bool:
    """libvirt 9.9 and newer."""
    return guest.daemon.reverts_external


def survives_side_branches(guest: Guest) -> bool:
    """Deleting an ancestor with a side branch below it: 12.8 does, 11.3 and older ones die."""
    return guest.daemon.version >= (12, 8, 0)


def takes_manual_alone(guest: Guest) -> bool:
    """A snapshot of nothing but manual disks: 12.8 takes it, 11.3 and older ones do not."""
    return guest.daemon.version >= MANUAL_ALONE


def longest_chain(guest: Guest) -> int:
    """How many images under one disk still start."""
    return 25 if (10, 8, 0) <= guest.daemon.version < (12, 0, 0) else 200


def needs_external_revert(guest: Guest) -> None:
    """Skip where libvirt refuses every revert to an external snapshot, after seeing it refuse."""
    if not reverts_external(guest):
        guest.create("<name>probe</name>", DISK_ONLY)
        with refuses(libvirt.VIR_ERR_CONFIG_UNSUPPORTED):
            guest.revert("probe")
        skips.since_external_revert(guest.daemon)
