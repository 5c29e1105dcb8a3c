"""Trap 4: giving an external snapshot another parent switches off libvirt's branch protection.

A < B < (C, D): B cannot be deleted, as both live on its overlay. With C's parent rewritten to A it
can, and D's blocks are committed into what C reads.
"""

import pytest

from tests.traps.guest import Guest, refuses
from tests.traps.libvirts import needs_external_revert


@pytest.fixture
def branched(guest: Guest) -> Guest:
    """A < B < (C, D), D current."""
    needs_external_revert(guest)
    guest.external("A", "B", "C")
    guest.revert("B")
    guest.external("D")
    return guest


def test_trap_04_reparented_naive(branched: Guest) -> None:
    with refuses():
        branched.delete("B")
    branched.reparent("C", "B", "A")
    branched.delete("B")
    assert branched.lost() == {"C"}


def test_trap_04_reparented_is_refused(branched: Guest) -> None:
    moved = {"name": "C", "parent": "A"}
    assert branched.tool.refusal("A B D", add=[moved]) == "C: reparent-external"
    assert branched.tool.refusal("A D", add=[moved]) == "B: external-several-children"


def test_trap_04_reparented_by_others_is_noticed(branched: Guest) -> None:
    branched.reparent("C", "B", "A")
    assert branched.tool.refusal("A C D") == "B: tree-misplaced"
