"""Trap 14: forgetting the metadata of a snapshot in the middle of an external chain leaves a hole.

9.0 even rewrites what its descendants lie on to the wrong image; newer ones merge past the hole,
and then can delete no more.
"""

import pytest

from tests.traps.guest import METADATA_ONLY, Guest, refuses
from tests.traps.libvirts import reverts_external


@pytest.fixture
def holed(guest: Guest) -> Guest:
    """A < B < C, of which B's metadata is forgotten."""
    guest.external("A", "B", "C")
    guest.delete("B", METADATA_ONLY)
    return guest


def test_trap_14_forgotten_middle_naive(holed: Guest) -> None:
    if not reverts_external(holed):
        assert holed.lost() == {"C"}
        return
    holed.delete("C")
    with refuses():
        holed.delete("A")


def test_trap_14_forgotten_middle_is_refused(guest: Guest) -> None:
    guest.external("A", "B", "C")
    assert guest.tool.refusal("A C", forget=["B"]) == "B: forget-external"


def test_trap_14_forgotten_middle_by_others_is_noticed(holed: Guest) -> None:
    assert holed.tool.refusal("C") == "A: chain-differs"
