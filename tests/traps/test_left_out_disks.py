"""Disks that an external snapshot left out: a revert to it starts overlays on them all the same.

What is taken after the revert lies on those, and so on files that no snapshot lists as a base. An
internal revert writes to such a file, and succeeds (11.3.0 and 12.8.0; 9.0.0 reverts to no external
one). A delete removes none of them.
"""

import pytest

from tests.traps.guest import DISK_ONLY, Guest
from tests.traps.libvirts import needs_external_revert

FIRST_ALONE = (
    "<disks><disk name='vda' snapshot='external'/><disk name='vdb' snapshot='no'/></disks>"
)


@pytest.fixture
def guest(guest_with_two_disks: Guest) -> Guest:
    """A domain with two disks on a libvirt that reverts to external snapshots."""
    needs_external_revert(guest_with_two_disks)
    return guest_with_two_disks


@pytest.fixture
def above_internal(guest: Guest) -> Guest:
    """A without vdb; B internal, in vdb itself; then, after a revert to A, Q external."""
    guest.take(f"<name>A</name>{FIRST_ALONE}", DISK_ONLY)
    guest.internal("B")
    guest.write()
    guest.revert("A")
    guest.external("Q")
    return guest


def test_an_internal_revert_writes_below_the_overlay_naive(above_internal: Guest) -> None:
    assert above_internal.lost() == set()
    above_internal.revert("B")
    assert above_internal.lost() == {"Q"}


def test_an_internal_revert_writes_below_the_overlay_is_refused(above_internal: Guest) -> None:
    tool = above_internal.tool
    assert tool.refusal("A B Q", current="B") == "B: revert-hurts"
    assert above_internal.lost() == set()


@pytest.fixture
def beside(guest: Guest) -> Guest:
    """E < G and E < P, none with vdb until a revert to it; the domain goes on from P."""
    for name in ("E", "G"):
        guest.take(f"<name>{name}</name>{FIRST_ALONE}", DISK_ONLY)
    guest.revert("G")
    guest.revert("E")
    guest.take(f"<name>P</name>{FIRST_ALONE}", DISK_ONLY)
    guest.revert("P")
    return guest


def test_a_leaf_beside_leaves_what_its_parent_left_out_naive(beside: Guest) -> None:
    assert beside.file("vda.E").exists()
    beside.delete("G")
    assert not beside.file("vda.E").exists()
    assert beside.file("vdb.qcow2").exists()
    assert beside.starts()


def test_a_leaf_beside_is_deleted(beside: Guest) -> None:
    beside.tool.apply("E P")
    assert beside.file("vdb.qcow2").exists()
    assert beside.starts()
