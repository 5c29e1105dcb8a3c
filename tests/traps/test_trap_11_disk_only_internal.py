"""Trap 11: DISK_ONLY with an internal disk of a domain that is off: success, and nothing is saved.

Every release. No key of the manifest leads there: the tool passes DISK_ONLY for external disks
alone.
"""

from tests.traps.guest import DISK_ONLY, Guest


def test_trap_11_disk_only_internal_naive(guest: Guest) -> None:
    guest.create("<name>I</name><disks><disk name='vda' snapshot='internal'/></disks>", DISK_ONLY)
    assert guest.names() == {"I"}
    assert guest.tags() == []


def test_trap_11_disk_only_internal_is_never_asked_for(guest: Guest) -> None:
    guest.write()
    guest.tool.apply(add=[{"name": "I", "memory": "none", "disks": {"vda": "internal"}}])
    assert guest.tags() == ["I"]
