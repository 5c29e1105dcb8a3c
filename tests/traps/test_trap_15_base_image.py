"""Trap 15: before 11.0, after a revert to an internal snapshot, deleting its external child removed
the base image. 9.0 refuses to delete it, newer ones than 11.0 leave the overlay behind.
"""

import pytest

from tests.traps.guest import Guest, refuses
from tests.traps.libvirts import reverts_external


@pytest.fixture
def returned(guest: Guest) -> Guest:
    """I internal < A external, reverted to I."""
    guest.internal("I")
    guest.external("A")
    guest.revert("I")
    return guest


def test_trap_15_base_image_stays(returned: Guest) -> None:
    base, overlay = returned.domain.source("vda"), returned.overlay("A")
    if reverts_external(returned):
        returned.delete("A")
        assert overlay.exists()
    else:
        with refuses():
            returned.delete("A")
    assert base.exists()
    assert returned.now() == returned.held("I")


def test_trap_15_base_image_belongs_to_the_child(guest: Guest) -> None:
    """The revert alone takes what A holds: A's data is the base as it was when A was taken."""
    guest.internal("I")
    guest.external("A")
    assert guest.tool.refusal("I A", current="I") == "I: revert-hurts"
    guest.revert("I")
    assert guest.lost() == {"A"}
    assert guest.tool.refusal("I") == "A: disks-moved"
