"""Trap 20: a domain that is off gets one more overlay than it can be started with.

At most 200 images start; from 10.8 until 12.0 only 25. Live, libvirt looks before it acts.
"""

from pathlib import Path

import pytest

from tests.traps.guest import DISK_ONLY, Guest
from tests.traps.libvirts import longest_chain

NEW = {"name": "one-more", "disks": {"vda": "external"}}


@pytest.fixture
def deep(guest: Guest) -> Guest:
    """A domain on the longest chain of images that it can be started with."""
    base, first = guest.domain.source("vda"), guest.file("000.qcow2")
    link = ("-q", "-f", "qcow2", "-F", "qcow2", "-b", str(base), str(first), "1M")
    guest.daemon.run("qemu-img", "create", *link)
    top = _stack(first, longest_chain(guest) - 2)
    with guest.daemon.connect() as connection:
        xml = connection.lookupByName(guest.domain.name).XMLDesc(0)
        connection.defineXML(xml.replace(str(base), str(top)))
    return guest


def _stack(first: Path, more: int) -> Path:
    """Images on top of the first: its bytes, with the name of the one below in their place."""
    template = first.read_bytes().replace(b"vda.qcow2", b"000.qcow2")
    for number in range(1, more + 1):
        below = f"{number - 1:03}.qcow2".encode()
        first.with_name(f"{number:03}.qcow2").write_bytes(template.replace(b"000.qcow2", below))
    return first.with_name(f"{more:03}.qcow2")


def test_trap_20_deep_chain_naive(deep: Guest) -> None:
    assert deep.starts()
    deep.create("<name>one-more</name>", DISK_ONLY)
    assert not deep.starts()


def test_trap_20_deep_chain_is_refused(deep: Guest) -> None:
    deep.start()
    assert deep.tool.refusal(add=[NEW]) == "one-more: chain-too-deep"
    deep.domain.destroy()
    assert deep.tool.refusal(add=[NEW]) == "one-more: chain-too-deep"
