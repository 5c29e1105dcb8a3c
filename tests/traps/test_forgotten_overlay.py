"""A trap beyond the list: what forgetting an external snapshot hides from everybody afterwards."""

from tests.traps.guest import METADATA_ONLY, Guest, refuses

MEMORY = "<memory snapshot='external' file='{}'/>"


def test_forgotten_overlay_naive(guest: Guest) -> None:
    """What lies in an overlay lies on the image below too, which the tree no longer tells."""
    guest.internal("A")
    guest.external("B")
    guest.internal("C")
    guest.write()
    guest.delete("B", METADATA_ONLY)
    guest.revert("A")
    assert guest.lost() == {"C"}


def test_forgotten_overlay_is_refused(guest: Guest) -> None:
    guest.internal("A")
    guest.external("B")
    assert guest.tool.refusal("A", forget=["B"]) == "B: forget-external"


def test_forgotten_memory_of_a_paused_guest_naive(guest: Guest) -> None:
    """QEMU saves a paused guest's memory once, and nothing but the snapshot tells that it did."""
    guest.domain.start(paused=True)
    guest.create("<name>A</name>" + MEMORY.format(guest.domain.folder / "a.mem"))
    guest.delete("A", METADATA_ONLY)
    with refuses():
        guest.create("<name>B</name>" + MEMORY.format(guest.domain.folder / "b.mem"))


def test_forgotten_memory_of_a_paused_guest_is_refused(guest: Guest) -> None:
    guest.domain.start(paused=True)
    guest.create("<name>A</name>" + MEMORY.format(guest.domain.folder / "a.mem"))
    later = {"name": "N", "capture": {"when": "running"}}
    refused = guest.tool.refusal(add=[later], forget=["A"])
    assert refused == "A: paused-trace, N: capture-state"
