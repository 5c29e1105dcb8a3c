"""Trap 6: an offline revert matches a name against the IDs in a qcow2 image before the tags.

The snapshot named "1" is the second in the image; the one with ID 1 comes back. Every release.
"""

import pytest

from tests.traps.guest import Guest


@pytest.fixture
def numbered(guest: Guest) -> Guest:
    """first (ID 1) < 1 (ID 2)."""
    guest.internal("first", "1")
    return guest


def test_trap_06_numeric_name_naive(numbered: Guest) -> None:
    numbered.revert("1")
    assert numbered.now() == numbered.held("first") != numbered.held("1")


def test_trap_06_numeric_name_is_not_reverted_to(numbered: Guest) -> None:
    current = {"snapshot": "1", "revert": "always"}
    assert numbered.tool.refusal("first 1", current=current) == "1: name-digits"


def test_trap_06_numeric_name_is_not_created(guest: Guest) -> None:
    assert guest.tool.refusal(add=[{"name": "1"}]) == "1: name-unsafe"


def test_trap_06_numeric_name_can_be_deleted(numbered: Guest) -> None:
    numbered.tool.apply("first")
    assert numbered.tags() == ["first"]
