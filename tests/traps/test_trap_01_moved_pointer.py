"""Trap 1: moving the current pointer by metadata alone makes libvirt remove the wrong files later.

On libvirt 9.9 and newer a revert unlinks the overlays that the current snapshot lists, and a
delete takes a leaf that is not current for one that nobody runs on. Older ones cannot revert, and
merge what the domain runs on wherever the pointer is.
"""

from tests.traps.guest import Guest, refuses
from tests.traps.libvirts import reverts_external


def test_trap_01_moved_pointer_naive_delete(guest: Guest) -> None:
    guest.external("A", "B", "C")
    written, overlay = guest.write(), guest.overlay("B")
    guest.point("A")
    guest.delete("C")
    if not reverts_external(guest):
        assert (guest.now(), guest.lost()) == (written, set())
        return
    assert not overlay.exists()
    assert guest.now().startswith("unreadable")
    assert not guest.starts()


def test_trap_01_moved_pointer_naive_revert(guest: Guest) -> None:
    guest.external("A", "B", "C")
    overlay = guest.overlay("A")
    guest.point("A")
    if not reverts_external(guest):
        with refuses():
            guest.revert("B")
        return
    guest.revert("B")
    assert not overlay.exists()
    assert guest.lost() == {"B", "C"}
    assert not guest.starts()


def test_trap_01_moved_pointer_is_refused(guest: Guest) -> None:
    guest.external("A", "B", "C")
    wanted = {"snapshot": "A", "via": "pointer"}
    assert guest.tool.refusal("A B C", current=wanted) == "A: pointer-external"


def test_trap_01_moved_pointer_by_others_is_noticed(guest: Guest) -> None:
    guest.external("A", "B", "C")
    guest.point("A")
    assert guest.tool.refusal("A B") == "C: tree-misplaced"
    if reverts_external(guest):
        assert guest.tool.refusal("A B C", current="B") == "B: tree-misplaced"
    assert guest.lost() == set()
