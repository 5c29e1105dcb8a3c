"""Metadata that names the base of another domain, which is off: libvirt removes it as its own.

And metadata that names another program as the emulator: libvirt runs it as it reads that.

What a plan says of it: the hosts `forged-*` of tests/hosts.
"""

import pytest

from tests.lab import skips, storage
from tests.lab.disk import Disk
from tests.traps.guest import CURRENT, METADATA_ONLY, REDEFINE, SECURE
from tests.traps.naive import MIB, Naive, Neighbours

EMULATOR = "/usr/bin/qemu-system-x86_64"
REVERT_DISKS = """\
</disks><revertDisks><disk name='vda' snapshot='external' type='file'>
<driver type='qcow2'/><source file='{}'/></disk></revertDisks>"""


@pytest.fixture
def gold(neighbours: Neighbours) -> str:
    """The path of an image that only a domain that is off lies on."""
    path = f"{neighbours.folder}/gold.qcow2"
    storage.create_image(neighbours.daemon, path, Disk(mib=MIB))
    neighbours.clone("clone", "gold.qcow2")
    return path


@pytest.fixture
def forger(neighbours: Neighbours, gold: str) -> Naive:
    """A running domain with an external snapshot `base` and its memory file."""
    assert neighbours.domains[0].starts()
    made = neighbours.domain("a")
    made.domain.start()
    made.external("base", "<disk name='vda' snapshot='external'/>", memory=f"{gold}.mem")
    return made


def test_a_delete_removes_it_as_memory(neighbours: Neighbours, gold: str, forger: Naive) -> None:
    """9.0 leaves memory files, whosever they are."""
    forger.forge("base", f"{gold}.mem", gold)
    forger.delete("base")
    removed = neighbours.daemon.reverts_external
    assert ("gold.qcow2" in neighbours.files()) is not removed
    assert neighbours.domains[0].starts() is not removed


def test_a_delete_removes_it_as_memory_of_a_restored_dump(
    neighbours: Neighbours, gold: str, forger: Naive
) -> None:
    with forger.domain.handle() as handle:
        snapshot = handle.snapshotLookupByName("base")
        dump = snapshot.getXMLDesc(SECURE).replace(f"{gold}.mem", gold)
        snapshot.delete(METADATA_ONLY)
        handle.snapshotCreateXML(dump, REDEFINE | CURRENT)
    forger.delete("base")
    assert ("gold.qcow2" in neighbours.files()) is not neighbours.daemon.reverts_external


def test_a_revert_removes_it_as_an_overlay(neighbours: Neighbours, gold: str) -> None:
    skips.since_external_revert(neighbours.daemon)
    made = neighbours.domain("a")
    made.external("base")
    made.forge("base", str(made.image), gold, 1)
    made.revert("base")
    assert not neighbours.domains[0].starts()


def test_a_revert_removes_it_as_a_disk_of_the_revert(neighbours: Neighbours, gold: str) -> None:
    skips.since_external_revert(neighbours.daemon)
    made = neighbours.domain("a")
    made.external("base")
    made.forge("base", "</disks>", REVERT_DISKS.format(gold), 1)
    made.revert("base")
    assert not neighbours.domains[0].starts()


def test_a_redefine_runs_the_emulator_that_a_dump_names(neighbours: Neighbours) -> None:
    """libvirt asks an emulator that it does not know for what it can do, without any start."""
    made = neighbours.domain("a")
    made.internal("base")
    program, trace = neighbours.folder / "program", neighbours.folder / "trace"
    program.write_text(f'#!/bin/sh\ntouch {trace}\nexec {EMULATOR} "$@"\n', "utf-8")
    program.chmod(0o755)
    made.forge("base", EMULATOR, str(program))
    assert trace.exists()
    assert made.domain.state == "shutoff"
