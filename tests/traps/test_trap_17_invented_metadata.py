"""Trap 17: libvirt believes any metadata, and later unlinks the files that it names, as root."""

from pathlib import Path

import pytest

from tests.traps.guest import Guest
from tests.traps.libvirts import reverts_external

MEMORY = "<memory snapshot='external' file='{}'/>"


@pytest.fixture
def lying(guest: Guest) -> Guest:
    """A running < B: B's metadata was rewritten to name a file of somebody else as its memory."""
    guest.start()
    guest.external("A")
    guest.external("B", memory=MEMORY.format(guest.file("B.mem")))
    guest.file("precious").write_text("data")
    guest.redefine(guest.dump("B").replace("B.mem", "precious"))
    return guest


def test_trap_17_invented_metadata_naive(lying: Guest) -> None:
    lying.delete("B")
    assert lying.file("precious").exists() is not reverts_external(lying)


def test_trap_17_invented_metadata_naming_a_disk(lying: Guest) -> None:
    """A file that the domain itself or another one of the host uses is not unlinked."""
    base = lying.domain.source("vda")
    lying.redefine(lying.dump("B").replace(str(lying.file("precious")), str(base)))
    print(lying.tool.plan("A"))
    assert Path(base).exists()
