"""Trap 3: plain calls lose data: after a revert, a snapshot that is taken and deleted again leaves
libvirt without its note (`<revertDisks>`) of what the revert started, and the next revert unlinks a
file that a sibling lives on. Unfixed in 12.8; older than 9.9 cannot revert.
"""

import pytest

from tests.traps.guest import Guest
from tests.traps.libvirts import needs_external_revert


@pytest.fixture
def forgotten(guest: Guest) -> Guest:
    """A < B < C, reverted to B, where D was taken and deleted again."""
    needs_external_revert(guest)
    guest.external("A", "B", "C")
    guest.revert("B")
    guest.external("D")
    guest.delete("D")
    assert guest.lost() == set()
    return guest


def test_trap_03_create_then_delete_naive(forgotten: Guest) -> None:
    overlay = forgotten.overlay("B")
    forgotten.revert("A")
    assert not overlay.exists()
    assert forgotten.lost() == {"C"}


def test_trap_03_create_then_delete_is_refused(forgotten: Guest) -> None:
    assert forgotten.tool.refusal("A B C", current="A") == "A: revert-hurts"
    assert forgotten.lost() == set()


def test_trap_03_create_then_delete_has_a_way_out(forgotten: Guest) -> None:
    """With a snapshot of the guest's state first, the revert loses nothing."""
    forgotten.tool.apply("A B C", add=[{"name": "E", "parent": "B", "disks": {"vda": "external"}}])
    forgotten.tool.apply("A B C E", current="A")
    assert forgotten.lost() == set()
