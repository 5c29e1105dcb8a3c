"""Trap 2: a redefine that drops `<revertDisks>` makes the next revert unlink a child's base.

Even an identity redefine of the current snapshot does, once it says CURRENT. libvirt older than 9.9
has no such element, as it cannot revert to external snapshots.
"""

import pytest

from tests.traps.guest import CURRENT, Guest
from tests.traps.libvirts import needs_external_revert


@pytest.fixture
def reverted(guest: Guest) -> Guest:
    """A < B, reverted to A: what A started for B is still needed by B."""
    needs_external_revert(guest)
    guest.external("A", "B")
    guest.revert("A")
    assert "revertDisks" in guest.dump("A")
    return guest


def test_trap_02_lost_revert_disks_naive(reverted: Guest) -> None:
    reverted.redefine(reverted.dump("A"), CURRENT)
    assert "revertDisks" not in reverted.dump("A")
    reverted.revert("B")
    assert reverted.lost() == {"B"}
    assert not reverted.starts()


def test_trap_02_lost_revert_disks_by_others_is_noticed(reverted: Guest) -> None:
    reverted.redefine(reverted.dump("A"), CURRENT)
    assert reverted.tool.refusal("A B", current="B") == "B: revert-hurts"
    assert reverted.lost() == set()


def test_trap_02_lost_revert_disks_are_kept_by_our_redefine(reverted: Guest) -> None:
    a, b = ({"name": "A", "description": "new"}, {"name": "B", "parent": "A"})
    reverted.tool.apply(add=[a, b])
    assert "revertDisks" in reverted.dump("A")
    reverted.tool.apply(add=[a, b], current="B")
