"""Two domains that get one file: libvirt looks at one domain alone, and at one moment at nothing.

What a plan says of it: the hosts `claims-*` of tests/hosts.
"""

from functools import partial

import libvirt
import pytest

from tests.lab import skips
from tests.lab.disk import Disk
from tests.traps.guest import refuses
from tests.traps.naive import MIB, Naive, Neighbours, at_once, next_second

TRIES = 30
"""Calls at one moment do not always meet."""


def twins(neighbours: Neighbours, number: int = 0) -> tuple[Naive, Naive]:
    """Two domains whose images have one stem."""
    return (
        neighbours.domain(f"a{number}", Disk(file=f"win{number}.qcow2", mib=MIB)),
        neighbours.domain(f"b{number}", Disk(file=f"win{number}.img", format="raw", mib=MIB)),
    )


def test_one_overlay_for_two_is_refused_one_after_the_other(neighbours: Neighbours) -> None:
    first, second = twins(neighbours)
    first.external("base")
    with refuses(libvirt.VIR_ERR_CONFIG_UNSUPPORTED):
        second.external("base")
    assert first.starts()
    assert second.starts()


def test_one_overlay_for_two_at_once_is_lost(neighbours: Neighbours) -> None:
    """The loser removes the file that the winner's definition names, who was told: OK."""
    for number in range(TRIES):
        pair = twins(neighbours, number)
        at_once(*(partial(each.external, "base") for each in pair))
        if any(not each.image.exists() for each in pair):
            return
    pytest.fail("no two calls met")


def test_one_overlay_after_two_reverts_at_once_is_lost_or_shared(neighbours: Neighbours) -> None:
    skips.since_external_revert(neighbours.daemon)
    for number in range(TRIES):
        pair = twins(neighbours, number)
        for each in pair:
            overlay = f"{neighbours.folder}/{each.domain.name}.base"
            each.external("base", f"<disk name='vda'><source file='{overlay}'/></disk>")
        next_second()
        at_once(*(partial(each.revert, "base") for each in pair))
        if any(not each.image.exists() for each in pair) or pair[0].image == pair[1].image:
            return
    pytest.fail("no two calls met")


def test_one_iso_of_two_stops_the_second_revert_of_a_second(neighbours: Neighbours) -> None:
    """A revert puts an overlay on a CD-ROM too, beside its image, named by the second."""
    skips.since_external_revert(neighbours.daemon)
    iso = Disk("hdc", file="tools.iso", format="raw", mib=MIB, device="cdrom")
    pair = [
        neighbours.domain(name, Disk(file=f"{name}.qcow2", mib=MIB), iso) for name in ("a", "b")
    ]
    for each in pair:
        each.external("base")
    with refuses(libvirt.VIR_ERR_CONFIG_UNSUPPORTED):
        for _ in range(TRIES):
            next_second()
            for each in pair:
                each.revert("base")


def test_one_memory_file_for_two_is_overwritten(neighbours: Neighbours) -> None:
    """The first one's guest is stopped by the revert that finds the other's memory."""
    first, second = neighbours.domain("a"), neighbours.domain("b")
    for each in (first, second):
        each.domain.start()
        each.external("base", memory=f"{neighbours.folder}/m.mem")
    with refuses(libvirt.VIR_ERR_CONFIG_UNSUPPORTED):
        first.revert("base")
    assert first.domain.state == ("shutoff" if neighbours.daemon.reverts_external else "running")


def test_a_memory_file_overwrites_the_overlay_of_another(neighbours: Neighbours) -> None:
    first, second = neighbours.domain("a"), neighbours.domain("b")
    first.external("base")
    second.domain.start()
    second.external("base", memory=str(first.image))
    assert not first.starts()
