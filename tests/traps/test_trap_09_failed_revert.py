"""Trap 9: libvirt stops the guest before it looks whether it can revert at all. Every release."""

from pathlib import Path

import pytest

from tests.traps.guest import Guest, refuses
from tests.traps.libvirts import needs_external_revert


@pytest.fixture
def untagged(guest: Guest) -> Guest:
    """A running domain; the data of its snapshot is gone from the image."""
    guest.internal("I")
    guest.daemon.run("qemu-img", "snapshot", "-d", "I", str(guest.domain.source("vda")))
    guest.start()
    return guest


@pytest.fixture
def memoryless(guest: Guest) -> Guest:
    """A running domain; the memory file of its snapshot is gone."""
    needs_external_revert(guest)
    guest.start()
    file = guest.file("A.mem")
    guest.external("A", memory=f"<memory snapshot='external' file='{file}'/>")
    Path(file).unlink()
    return guest


def test_trap_09_failed_revert_naive(untagged: Guest) -> None:
    with refuses():
        untagged.revert("I")
    assert untagged.domain.state == "shutoff"


def test_trap_09_failed_revert_naive_memory(memoryless: Guest) -> None:
    with refuses():
        memoryless.revert("A")
    assert memoryless.domain.state == "shutoff"


def test_trap_09_failed_revert_is_foreseen(untagged: Guest) -> None:
    current = {"snapshot": "I", "revert": "always"}
    assert untagged.tool.refusal("I", current=current) == "I: tag-missing"


def test_trap_09_failed_revert_is_foreseen_memory(memoryless: Guest) -> None:
    current = {"snapshot": "A", "revert": "always"}
    assert memoryless.tool.refusal("A", current=current) == "A: file-missing"
