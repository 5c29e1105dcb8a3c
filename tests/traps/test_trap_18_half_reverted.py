"""Trap 18: a revert that fails may still have rewritten the definition.

The guest is off, the current snapshot is unchanged, but the disk path is the base image already:
whoever starts it writes below the recorded overlay.
"""

import pytest

from tests.traps.guest import Guest, refuses


@pytest.fixture
def half(guest: Guest) -> Guest:
    """I internal with memory < A external; the revert to I has failed, as its data is gone."""
    guest.start()
    guest.internal("I")
    base = guest.domain.source("vda")
    guest.external("A")
    guest.domain.destroy()
    guest.daemon.run("qemu-img", "snapshot", "-d", "I", str(base))
    guest.start()
    with refuses():
        guest.revert("I")
    assert guest.domain.state == "shutoff"
    assert guest.current() == "A"
    return guest


def test_trap_18_half_reverted_naive(half: Guest) -> None:
    assert half.domain.source("vda") == half.file("vda.qcow2")
    assert half.lost() == {"I"}
    half.start()
    half.write()
    assert half.lost() == {"I", "A"}


def test_trap_18_half_reverted_is_noticed(half: Guest) -> None:
    new = {"name": "B", "parent": "A", "disks": {"vda": "external"}}
    assert half.tool.refusal("I A", add=[new]) == "B: chain-differs"
    assert half.tool.refusal("I") == "A: chain-differs"
