"""Trap 7: an internal snapshot of a domain that is off does not notice a tag of the same name.

The image then holds two; the name finds the older one, and a delete removes one of them. On a
running domain 9.0 silently replaces the orphan, and 10.9 and newer refuse.
"""

import pytest

from tests.traps.guest import NO_METADATA, Guest, refuses
from tests.traps.libvirts import reverts_external


@pytest.fixture
def orphaned(guest: Guest) -> Guest:
    """A tag "t" in the image that no metadata knows of."""
    guest.take("<name>t</name>", NO_METADATA)
    assert (guest.names(), guest.tags()) == (set(), ["t"])
    return guest


def test_trap_07_duplicate_tags_naive(orphaned: Guest) -> None:
    old = orphaned.now()
    orphaned.internal("t")
    assert orphaned.tags() == ["t", "t"]
    orphaned.revert("t")
    assert orphaned.now() == old != orphaned.held("t")
    orphaned.delete("t")
    assert (orphaned.names(), orphaned.tags()) == (set(), ["t"])


def test_trap_07_duplicate_tags_naive_running(orphaned: Guest) -> None:
    orphaned.start()
    if reverts_external(orphaned):
        with refuses():
            orphaned.internal("t")
    else:
        orphaned.internal("t")
    assert orphaned.tags() == ["t"]


def test_trap_07_duplicate_tags_are_refused(orphaned: Guest) -> None:
    assert orphaned.tool.refusal(add=[{"name": "t"}]) == "t: orphan-tag"
    orphaned.start()
    assert orphaned.tool.refusal(add=[{"name": "t"}]) == "t: orphan-tag"
