"""Disks that lie on no regular file, and disks that a snapshot cannot hold or go back to.

What a plan says of it: the hosts `block-*`, `volume-*`, `network-*`, `floppy-*` and others of
tests/hosts.
"""

from typing import Final

import libvirt
import pytest

from tests.lab import skips
from tests.lab.disk import Disk, Kind
from tests.traps.guest import refuses
from tests.traps.naive import MIB, Naive, Neighbours

UNSUPPORTED: Final = libvirt.VIR_ERR_OPERATION_UNSUPPORTED
CONFIG: Final = libvirt.VIR_ERR_CONFIG_UNSUPPORTED
INVALID: Final = libvirt.VIR_ERR_OPERATION_INVALID
LEFT_OUT: Final = "<disk name='vdb' snapshot='no'/>"
KINDS: Final = (
    pytest.param("block", marks=skips.needs_root("it has loop devices")),
    "volume",
    "nbd",
)
SHMEM: Final = (
    "<shmem name='reconcile'><model type='ivshmem-plain'/><size unit='M'>1</size></shmem>"
)


def on(neighbours: Neighbours, kind: Kind) -> Naive:
    """A domain whose disk lies on something else than a file."""
    return neighbours.domain("a", Disk(file="a.qcow2", kind=kind, mib=MIB))


def named(neighbours: Neighbours) -> str:
    """The disk with a named overlay, since libvirt derives none."""
    return f"<disk name='vda'><source file='{neighbours.folder}/a.base'/></disk>"


@pytest.mark.parametrize("kind", KINDS)
def test_an_overlay_is_not_named_after_what_is_no_file(neighbours: Neighbours, kind: Kind) -> None:
    domain = on(neighbours, kind)
    with refuses(CONFIG):
        domain.external("base")


@pytest.mark.parametrize("kind", KINDS)
def test_what_lay_on_no_file_is_not_reverted_to(neighbours: Neighbours, kind: Kind) -> None:
    """libvirt looks before it stops the guest, unlike where a file is missing."""
    domain = on(neighbours, kind)
    domain.domain.start()
    domain.external("base", named(neighbours))
    with refuses(UNSUPPORTED if neighbours.daemon.reverts_external else CONFIG):
        domain.revert("base")
    assert domain.domain.state == "running"


@pytest.mark.parametrize("kind", KINDS)
def test_while_it_runs_an_overlay_is_merged_into_what_is_no_file(
    neighbours: Neighbours, kind: Kind
) -> None:
    domain = on(neighbours, kind)
    place = domain.domain.place("vda")
    domain.write(1)
    domain.domain.start()
    domain.external("base", named(neighbours))
    domain.write(2)
    domain.delete("base")
    assert (domain.domain.place("vda"), domain.shows()) == (place, {1, 2})


@skips.needs_root("it has loop devices")
def test_while_it_is_off_an_overlay_is_merged_into_a_block_device(neighbours: Neighbours) -> None:
    domain = on(neighbours, "block")
    domain.external("base", named(neighbours))
    domain.write(2)
    domain.delete("base")
    assert (domain.domain.place("vda")[:9], domain.shows()) == ("/dev/loop", {2})


def test_while_it_is_off_no_overlay_is_merged_into_a_volume(neighbours: Neighbours) -> None:
    domain = on(neighbours, "volume")
    domain.external("base", named(neighbours))
    with refuses(libvirt.VIR_ERR_OPERATION_FAILED):
        domain.delete("base")
    assert domain.starts()


def test_while_it_is_off_no_snapshot_is_taken_of_a_network_disk(neighbours: Neighbours) -> None:
    domain = on(neighbours, "nbd")
    with refuses(libvirt.VIR_ERR_INTERNAL_ERROR):
        domain.internal("inside")
    with refuses(libvirt.VIR_ERR_INTERNAL_ERROR):
        domain.external("base", named(neighbours))


def test_a_volume_gets_two_internal_snapshots_of_one_name(neighbours: Neighbours) -> None:
    domain = on(neighbours, "volume")
    domain.write(1)
    image = domain.domain.place("vda")
    neighbours.daemon.run("qemu-img", "snapshot", "-c", "base", image)
    domain.write(2)
    domain.internal("base")
    domain.revert("base")
    assert domain.shows() == {1}


def test_with_its_pool_off_a_volume_is_half_known(neighbours: Neighbours) -> None:
    """9.0 refuses all; newer ones take snapshots, but neither delete nor revert to one."""
    domain = on(neighbours, "volume")
    domain.internal("one")
    with neighbours.daemon.connect() as connection:
        pool = connection.storagePoolLookupByName(neighbours.folder.name)
        pool.destroy()
        if neighbours.daemon.reverts_external:
            domain.internal("two")
        else:
            with refuses(CONFIG):
                domain.internal("two")
        with refuses(CONFIG):
            domain.revert("one")
        with refuses(CONFIG):
            domain.delete("one")
        pool.create()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("device", ["disk", "cdrom"])
def test_a_disk_that_is_left_out_stops_every_revert(
    neighbours: Neighbours, kind: Kind, device: str
) -> None:
    """A revert would put an overlay on it, and on a CD-ROM too."""
    skips.since_external_revert(neighbours.daemon)
    other = (
        Disk("vdb", format="raw", kind=kind, mib=MIB)
        if device == "disk"
        else Disk("hdc", format="raw", kind=kind, mib=MIB, device="cdrom")
    )
    domain = neighbours.domain("a", Disk(file="a.qcow2", mib=MIB), other)
    domain.external("base", LEFT_OUT if device == "disk" else "")
    domain.domain.start()
    with refuses(UNSUPPORTED):
        domain.revert("base")
    assert domain.domain.state == "running"


def test_a_shareable_disk_that_is_left_out_stops_the_guest_in_a_revert(
    neighbours: Neighbours,
) -> None:
    skips.since_external_revert(neighbours.daemon)
    shared = Disk("vdb", format="raw", mib=MIB, shareable=True)
    domain = neighbours.domain("a", Disk(file="a.qcow2", mib=MIB), shared)
    domain.external("base", LEFT_OUT)
    domain.domain.start()
    with refuses(CONFIG):
        domain.revert("base")
    assert domain.domain.state == "shutoff"


@pytest.mark.parametrize("running", [False, True], ids=["off", "running"])
def test_a_writable_floppy_is_a_disk_like_others(neighbours: Neighbours, running: bool) -> None:
    floppy = Disk("fda", file="floppy.img", format="raw", mib=MIB, device="floppy")
    domain = neighbours.domain("a", Disk(file="a.qcow2", mib=MIB), floppy)
    if running:
        domain.domain.start()
    with refuses(CONFIG):
        domain.internal("inside")
    domain.external("base")
    assert domain.domain.source("fda").name == "floppy.base"
    domain.delete("base")
    assert domain.domain.source("fda").name == "floppy.img"


@pytest.mark.parametrize("running", [False, True], ids=["off", "running"])
def test_a_data_file_holds_no_internal_snapshot(neighbours: Neighbours, running: bool) -> None:
    domain = neighbours.domain("a", Disk(data_file=True, mib=MIB))
    domain.write(1)
    if running:
        domain.domain.start()
    with refuses():
        domain.internal("inside")
    domain.external("base")
    domain.write(2)
    domain.delete("base")
    assert domain.shows() == {1, 2}


def test_no_overlay_of_a_transient_disk_is_merged(neighbours: Neighbours) -> None:
    """Also while the domain is off, when libvirt starts QEMU for the merge; nothing is changed."""
    scratch = Disk("vdb", transient=True, mib=MIB)
    domain = neighbours.domain("a", Disk(file="a.qcow2", mib=MIB), scratch)
    domain.external("base")
    overlay = domain.domain.source("vdb")
    with refuses():  # each release by an error of its own
        domain.delete("base")
    assert domain.domain.source("vdb") == overlay
    assert overlay.exists()


def test_a_transient_disk_is_in_the_way_while_it_runs(neighbours: Neighbours) -> None:
    """Of external snapshots that hold it, and of all that hold memory."""
    scratch = Disk("vdb", transient=True, mib=MIB)
    domain = neighbours.domain("a", Disk(file="a.qcow2", mib=MIB), scratch)
    domain.internal("off")
    domain.delete("off")
    domain.domain.start()
    with refuses(UNSUPPORTED):
        domain.external("all")
    with refuses(INVALID):
        domain.internal("inside")
    with refuses(INVALID):
        domain.external("memory", LEFT_OUT, memory=f"{neighbours.folder}/a.mem")
    domain.external("disk", LEFT_OUT)


def test_memory_beside_a_device_that_cannot_migrate_is_not_saved(neighbours: Neighbours) -> None:
    domain = neighbours.domain("a")
    domain.edit("</devices>", f"{SHMEM}</devices>")
    domain.domain.start()
    with refuses(INVALID):
        domain.internal("inside")
    with refuses(INVALID):
        domain.external("memory", memory=f"{neighbours.folder}/a.mem")
    assert domain.domain.state == "running"
    domain.external("disk")


def test_a_name_that_is_too_long_for_a_file_is_refused(neighbours: Neighbours) -> None:
    domain = neighbours.domain("a", Disk(file=f"{'x' * 240}.qcow2", mib=MIB))
    with refuses(libvirt.VIR_ERR_SYSTEM_ERROR):
        domain.external("before-the-upgrade")


def test_a_name_that_is_too_long_after_a_revert_stops_the_guest(neighbours: Neighbours) -> None:
    skips.since_external_revert(neighbours.daemon)
    domain = neighbours.domain("a", Disk(file=f"{'x' * 245}.qcow2", mib=MIB))
    domain.external("base", named(neighbours))
    domain.domain.start()
    with refuses(libvirt.VIR_ERR_SYSTEM_ERROR):
        domain.revert("base")
    assert domain.domain.state == "shutoff"
