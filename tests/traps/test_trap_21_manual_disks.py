"""Trap 21: `manual` is a promise of the caller: a revert restores nothing on such a disk.

It reports success all the same. The tool creates none and reverts to none. (11.3 and older refuse
to take a snapshot of manual disks alone.)
"""

import pytest

from tests.lab import skips
from tests.traps.guest import DISK_ONLY, Guest, refuses
from tests.traps.libvirts import MANUAL_ALONE, needs_external_revert, takes_manual_alone

MANUAL = "<name>M</name><disks><disk name='vda' snapshot='manual'/></disks>"


@pytest.fixture
def manual(guest: Guest) -> Guest:
    """A < M, whose only disk is manual."""
    needs_external_revert(guest)
    guest.external("A")
    if not takes_manual_alone(guest):
        with refuses():
            guest.create(MANUAL, DISK_ONLY)
        skips.since(guest.daemon, MANUAL_ALONE, "it takes a snapshot of manual disks alone")
    guest.take(MANUAL, DISK_ONLY)
    return guest


def test_trap_21_manual_disks_naive(manual: Guest) -> None:
    then = manual.now()
    now = manual.write()
    manual.revert("M")
    assert manual.now() == now != then


def test_trap_21_manual_disks_are_not_reverted_to(manual: Guest) -> None:
    current = {"snapshot": "M", "revert": "always"}
    assert manual.tool.refusal("A M", current=current) == "M: disk-manual"


def test_trap_21_manual_disks_are_not_created(guest: Guest) -> None:
    assert guest.tool.refusal(add=[{"name": "M", "disks": {"vda": "manual"}}]) == "M: disk-manual"
