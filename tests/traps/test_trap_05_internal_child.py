"""Trap 5: deleting an external snapshot removes the overlay in which its internal child lies.

The child stays listed, its data is gone. Every release, without a word.
"""

import pytest

from tests.traps.guest import Guest


@pytest.fixture
def mixed(guest: Guest) -> Guest:
    """A external < I internal, running."""
    guest.start()
    guest.external("A")
    guest.internal("I")
    return guest


def test_trap_05_internal_child_naive(mixed: Guest) -> None:
    mixed.delete("A")
    assert mixed.names() == {"I"}
    assert mixed.lost() == {"I"}


def test_trap_05_internal_child_is_refused(mixed: Guest) -> None:
    assert mixed.tool.refusal("I") == "A: external-internal-child"


def test_trap_05_internal_child_goes_first(mixed: Guest) -> None:
    """Both undeclared: the child is deleted before its parent."""
    new = {"name": "K", "disks": {"vda": "external"}}
    planned = mixed.tool.apply(add=[new])
    assert planned.actions == ("delete I", "delete A", "create K")
