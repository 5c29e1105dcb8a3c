"""Trap 13: a name of more than 247 bytes: libvirt does the work, then cannot save the metadata.

The domain runs on an overlay that no snapshot knows of. Every release.
"""

from tests.traps.guest import Guest, refuses

LONG = "n" * 248


def test_trap_13_long_name_naive(guest: Guest) -> None:
    guest.external("A")
    base, file = guest.domain.source("vda"), guest.file("new.qcow2")
    disk = f"<disk name='vda' snapshot='external'><source file='{file}'/></disk>"
    with refuses():
        guest.create(f"<name>{LONG}</name><disks>{disk}</disks>", 16)
    assert guest.domain.source("vda") == file != base
    assert (guest.names(), guest.current()) == ({"A"}, None)


def test_trap_13_long_name_is_refused(guest: Guest) -> None:
    guest.external("A")
    new = {"name": LONG, "parent": "A", "disks": {"vda": "external"}}
    assert guest.tool.refusal("A", add=[new]) == f"{LONG}: name-unsafe"
