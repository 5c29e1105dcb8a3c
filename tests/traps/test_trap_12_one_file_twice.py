"""Trap 12: two disks get the same new overlay, and a memory file overwrites whatever is there."""

from pathlib import Path

import pytest

from tests.traps.guest import DISK_ONLY, Guest

SAME = "<disk name='{}' snapshot='external'><source file='{}'/></disk>"


def test_trap_12_one_file_twice_naive(guest_with_two_disks: Guest) -> None:
    """Off, as a running domain's images are locked."""
    guest, file = guest_with_two_disks, guest_with_two_disks.file("same.qcow2")
    disks = "".join(SAME.format(target, file) for target in ("vda", "vdb"))
    guest.create(f"<name>A</name><disks>{disks}</disks>", DISK_ONLY)
    assert guest.domain.source("vda") == guest.domain.source("vdb") == file


def test_trap_12_one_file_twice_is_refused(guest_with_two_disks: Guest) -> None:
    guest, file = guest_with_two_disks, guest_with_two_disks.file("same.qcow2")
    disk = {"snapshot": "external", "file": str(file)}
    new = {"name": "A", "disks": {"vda": disk, "vdb": disk}}
    assert guest.tool.refusal(add=[new]) == "A: file-twice"


@pytest.fixture
def precious(guest: Guest) -> Path:
    """A running domain and somebody's file beside its disk."""
    guest.start()
    file = guest.file("precious")
    file.write_text("data")
    return file


def test_trap_12_memory_file_overwrites_naive(guest: Guest, precious: Path) -> None:
    guest.external("A", memory=f"<memory snapshot='external' file='{precious}'/>")
    assert precious.read_bytes()[:4] != b"data"


def test_trap_12_memory_file_overwrites_is_refused(guest: Guest, precious: Path) -> None:
    new = {"name": "A", "memory": {"external": str(precious)}}
    assert guest.tool.refusal(add=[new]) == "A: file-exists"
    base = str(guest.domain.source("vda"))
    new = {"name": "A", "memory": {"external": base}}
    assert guest.tool.refusal(add=[new]) == "A: file-in-use"
    assert precious.read_text() == "data"
