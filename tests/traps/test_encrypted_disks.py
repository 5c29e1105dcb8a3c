"""Encrypted disks: what libvirt forgets of them, and what QEMU dies of.

What a plan says of it: the hosts `luks-*` of tests/hosts.
"""

from typing import Literal

import libvirt
import pytest

from tests.lab import skips
from tests.lab.disk import Disk
from tests.traps.guest import refuses
from tests.traps.naive import MIB, Naive, Neighbours


@pytest.fixture
def domain(neighbours: Neighbours) -> Naive:
    """A domain with an encrypted qcow2."""
    made = neighbours.domain("a", Disk(luks=True, mib=MIB))
    made.write(1)
    return made


@pytest.mark.parametrize("image_format", ["qcow2", "raw"])
def test_taken_while_off_the_definition_forgets_the_encryption(
    neighbours: Neighbours, image_format: Literal["qcow2", "raw"]
) -> None:
    domain = neighbours.domain("a", Disk(format=image_format, luks=True, mib=MIB))
    assert domain.starts()
    domain.external("base")
    assert not domain.starts()
    with refuses(libvirt.VIR_ERR_INTERNAL_ERROR):
        domain.delete("base")


def test_taken_while_it_runs_what_follows_is_plain(domain: Naive) -> None:
    """And encrypted again once it is merged."""
    base = domain.image
    domain.domain.start()
    domain.external("base")
    domain.write(0x77 % 8)
    assert bytes([7]) * 4096 in domain.image.read_bytes()
    domain.delete("base")
    assert domain.shows() == {1, 7}
    assert bytes([7]) * 4096 not in base.read_bytes()
    domain.domain.destroy()
    assert domain.starts()


def test_a_revert_that_leaves_it_off_forgets_the_encryption(domain: Naive) -> None:
    skips.since_external_revert(domain.domain.daemon)
    domain.domain.start()
    domain.external("base")
    domain.revert("base")
    assert not domain.starts()


def test_a_revert_that_leaves_it_running_keeps_the_encryption(
    neighbours: Neighbours, domain: Naive
) -> None:
    skips.since_external_revert(domain.domain.daemon)
    domain.domain.start()
    domain.external("base", memory=f"{neighbours.folder}/a.mem")
    domain.write(2)
    domain.revert("base")
    assert domain.shows() == {1}
    domain.domain.destroy()
    assert domain.starts()


def test_a_revert_forgets_the_encryption_of_a_disk_that_was_left_out(
    neighbours: Neighbours,
) -> None:
    skips.since_external_revert(neighbours.daemon)
    secret = Disk("vdb", luks=True, mib=MIB)
    domain = neighbours.domain("a", Disk(file="a.qcow2", mib=MIB), secret)
    domain.external("base", "<disk name='vdb' snapshot='no'/>")
    assert domain.starts()
    domain.revert("base")
    assert not domain.starts()


def test_an_internal_snapshot_while_off_lacks_the_key(domain: Naive) -> None:
    with refuses(libvirt.VIR_ERR_INTERNAL_ERROR):
        domain.internal("inside")


def test_an_internal_snapshot_while_it_runs_ends_the_guest(domain: Naive) -> None:
    """QEMU's assertion on the alignment of the memory that it encrypts (7.2, 10.0, 11.1)."""
    domain.domain.start()
    with refuses(libvirt.VIR_ERR_SYSTEM_ERROR):
        domain.internal("inside")
    assert domain.domain.state == "shutoff"
