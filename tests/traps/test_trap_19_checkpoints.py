"""Trap 19: an internal snapshot beside a checkpoint is taken, but can never be reverted to.

The revert fails on the checkpoint's bitmap in the image and leaves the guest off. Every release,
for a running domain; 9.0 refuses the snapshot of one that is off by itself.
"""

import pytest

from tests.traps.guest import Guest, refuses


@pytest.fixture
def checked(guest: Guest) -> Guest:
    """A running domain with an internal snapshot and, since then, a checkpoint."""
    guest.start()
    guest.internal("I")
    add_checkpoint(guest)
    return guest


def add_checkpoint(guest: Guest) -> None:
    with guest.domain.handle() as handle:
        handle.checkpointCreateXML("<domaincheckpoint><name>c</name></domaincheckpoint>")


def test_trap_19_checkpoints_naive(checked: Guest) -> None:
    checked.internal("J")
    with refuses():
        checked.revert("J")
    assert checked.domain.state == "shutoff"


def test_trap_19_checkpoints_refuse_create_and_revert(checked: Guest) -> None:
    new = {"name": "J", "parent": "I"}
    assert checked.tool.refusal("I", add=[new]) == "J: checkpoints"
    current = {"snapshot": "I", "revert": "always"}
    assert checked.tool.refusal("I", current=current) == "I: checkpoints"
