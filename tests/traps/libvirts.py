"""What the releases of the lab differ in, as far as the traps go."""

import libvirt
import pytest

from tests.traps.guest import DISK_ONLY, Guest, refuses


def reverts_external(guest: Guest) -> bool:
    """libvirt 9.9 and newer."""
    return guest.daemon.version >= (9, 9, 0)


def needs_external_revert(guest: Guest) -> None:
    """Skip where libvirt refuses every revert to an external snapshot, after seeing it refuse."""
    if not reverts_external(guest):
        guest.create("<name>probe</name>", DISK_ONLY)
        with refuses(libvirt.VIR_ERR_CONFIG_UNSUPPORTED):
            guest.revert("probe")
        pytest.skip("this libvirt cannot revert to external snapshots")
