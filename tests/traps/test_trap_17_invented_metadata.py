"""Trap 17: libvirt believes any metadata, and later unlinks the files that it names, as root."""

from pathlib import Path

import pytest

from tests.lab.disk import Disk
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain
from tests.traps.guest import METADATA_ONLY, Guest
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


def test_trap_17_invented_metadata_naming_our_base(lying: Guest) -> None:
    """The image that A's data is in, and that the guest runs on."""
    lying.redefine(lying.dump("B").replace("precious", "vda.qcow2"))
    assert lying.tool.refusal("A") == "B: delete-hurts"


def test_trap_17_invented_metadata_naming_the_last_image(lying: Guest) -> None:
    """The image that the guest runs on, once no other snapshot needs it."""
    lying.redefine(lying.dump("B").replace("precious", "vda.qcow2"))
    new = {"name": "N", "disks": {"vda": "external"}}
    assert lying.tool.refusal(add=[new]) == "B: delete-in-use"


def test_trap_17_invented_metadata_naming_another_disk(
    lying: Guest, make_domain: MakeDomain
) -> None:
    other = make_domain([Disk("vda", mib=1)]).source("vda")
    lying.redefine(lying.dump("B").replace(str(lying.file("precious")), str(other)))
    assert lying.tool.refusal("A") == "B: metadata-foreign"


@pytest.fixture
def lost(guest: Guest) -> Guest:
    """An external snapshot of which only a full dump is left."""
    guest.external("A")
    guest.file("A.xml").write_text(guest.dump("A"))
    guest.delete("A", METADATA_ONLY)
    return guest


def test_trap_17_invented_metadata_in_a_dump(lost: Guest, make_domain: MakeDomain) -> None:
    """A dump comes with the manifest: what it names is looked at before libvirt believes it."""
    dump, base = lost.file("A.xml"), str(lost.file("vda.qcow2"))
    text, entry = dump.read_text(), {"name": "A", "redefine-from": str(dump)}
    other = make_domain([Disk("vda", mib=1)])
    dump.write_text(text.replace(base, str(other.source("vda"))))
    assert lost.tool.refusal(add=[entry]) == "A: metadata-elsewhere"
    twin = lost.file("twin.qcow2")
    move_disk(other, twin)
    dump.write_text(text.replace(base, str(twin)))
    assert lost.tool.refusal(add=[entry]) == "A: metadata-foreign"
    dump.write_text(text)
    lost.tool.apply(add=[entry])


def move_disk(domain: Domain, to: Path) -> None:
    domain.source("vda").rename(to)
    domain.daemon.virsh("detach-disk", domain.name, "vda", "--config")
    domain.daemon.virsh("attach-disk", domain.name, str(to), "vda", "--config")
