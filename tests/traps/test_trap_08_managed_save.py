"""Trap 8: a managed save image wins over whatever happens to the disks while the domain is off.

Every release takes an external snapshot then; the next start resumes on the old disk path and the
guest writes into the snapshot's base. So it is with stale memory after a forced revert.
"""

import pytest

from tests.traps.guest import FORCE, Guest


@pytest.fixture
def saved(guest: Guest) -> Guest:
    """An internal snapshot, taken off; then started and saved."""
    guest.internal("I")
    guest.start()
    with guest.domain.handle() as handle:
        handle.managedSave(0)
    return guest


def test_trap_08_managed_save_naive_create(saved: Guest) -> None:
    base = saved.domain.source("vda")
    saved.create("<name>A</name><disks><disk name='vda' snapshot='external'/></disks>", 16)
    assert saved.domain.source("vda") != base
    saved.start()
    assert saved.domain.source("vda") == base


def test_trap_08_managed_save_naive_revert(saved: Guest) -> None:
    saved.revert("I", FORCE)
    with saved.domain.handle() as handle:
        assert handle.hasManagedSaveImage(0)


def test_trap_08_managed_save_refuses_create_and_revert(saved: Guest) -> None:
    new = {"name": "A", "parent": "I", "disks": {"vda": "external"}}
    assert saved.tool.refusal("I", add=[new]) == "A: managed-save"
    current = {"snapshot": "I", "revert": "always", "force": True}
    assert saved.tool.refusal("I", current=current) == "I: managed-save"
