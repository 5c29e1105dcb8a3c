"""Images that another domain lies on: libvirt knows of them only while that domain runs.

What a plan says of it: the hosts `shared-*` of tests/hosts.
"""

import libvirt
import pytest

from tests.lab import skips, storage
from tests.lab.disk import Disk
from tests.traps.guest import refuses
from tests.traps.naive import MIB, REUSE, Naive, Neighbours


@pytest.fixture
def gold(neighbours: Neighbours) -> Naive:
    """A domain that wrote 1, then took the external snapshot `base`."""
    made = neighbours.domain("gold")
    made.write(1)
    made.external("base")
    return made


@pytest.mark.parametrize("running", [False, True], ids=["off", "running"])
def test_a_merge_changes_a_clone(neighbours: Neighbours, gold: Naive, running: bool) -> None:
    clone = neighbours.clone("clone", "gold.qcow2")
    clone.write(2)
    if running:
        gold.domain.start()
    gold.write(3)
    assert clone.shows() == {1, 2}
    gold.delete("base")
    assert clone.shows() == {1, 2, 3}


def test_a_merge_changes_a_clone_of_a_clone(neighbours: Neighbours, gold: Naive) -> None:
    middle = Disk(backing="gold.qcow2", mib=MIB)
    storage.create_image(neighbours.daemon, f"{neighbours.folder}/middle.qcow2", middle)
    clone = neighbours.clone("clone", "middle.qcow2")
    clone.write(2)
    gold.write(3)
    gold.delete("base")
    assert clone.shows() == {1, 2, 3}


def test_a_merge_changes_what_a_revert_of_the_clone_brings(
    neighbours: Neighbours, gold: Naive
) -> None:
    """The clone's own disk was made independent of gold; its snapshot was not."""
    skips.since_external_revert(neighbours.daemon)
    clone = neighbours.clone("clone", "gold.qcow2")
    clone.write(2)
    clone.external("early")
    neighbours.daemon.run("qemu-img", "rebase", "-b", "", str(clone.image))
    gold.write(3)
    gold.delete("base")
    assert clone.shows() == {1, 2}
    clone.revert("early")
    assert clone.shows() == {1, 2, 3}


def test_an_image_below_another_disk_of_the_domain_is_not_merged_into(
    neighbours: Neighbours,
) -> None:
    """The QEMU that merges has both disks open, and its own lock refuses."""
    clone = Disk("vdb", file="clone.qcow2", mib=MIB, backing="gold.qcow2")
    both = neighbours.domain("both", Disk(file="gold.qcow2", mib=MIB), clone)
    both.external("base", "<disk name='vdb' snapshot='no'/>")
    both.write(3)
    with refuses(libvirt.VIR_ERR_INTERNAL_ERROR):
        both.delete("base")
    assert both.shows("vdb") == set()
    assert both.starts()


def test_a_delete_removes_the_overlay_below_a_clone(neighbours: Neighbours, gold: Naive) -> None:
    clone = neighbours.clone("clone", "gold.base")
    assert clone.starts()
    gold.delete("base")
    assert not clone.starts()


def test_a_revert_removes_the_overlay_below_a_clone(neighbours: Neighbours, gold: Naive) -> None:
    skips.since_external_revert(neighbours.daemon)
    clone = neighbours.clone("clone", "gold.base")
    gold.revert("base")
    assert not clone.starts()


def test_a_revert_to_an_internal_snapshot_changes_a_clone(neighbours: Neighbours) -> None:
    gold = neighbours.domain("gold")
    gold.write(1)
    gold.internal("inside")
    gold.write(3)
    clone = neighbours.clone("clone", "gold.qcow2")
    clone.write(2)
    gold.revert("inside")
    assert clone.shows() == {1, 2}


def test_an_internal_snapshot_and_its_delete_change_no_clone(neighbours: Neighbours) -> None:
    gold = neighbours.domain("gold")
    gold.write(1)
    clone = neighbours.clone("clone", "gold.qcow2")
    clone.write(2)
    gold.internal("inside")
    assert clone.shows() == {1, 2}
    gold.delete("inside")
    assert clone.shows() == {1, 2}
    assert clone.starts()


def test_while_a_clone_runs_its_base_is_not_written(neighbours: Neighbours, gold: Naive) -> None:
    """QEMU's lock of the image is what refuses; it ends with the clone."""
    clone = neighbours.clone("clone", "gold.qcow2")
    clone.domain.start()
    with refuses(libvirt.VIR_ERR_INTERNAL_ERROR):
        gold.delete("base")
    clone.domain.destroy()
    gold.delete("base")
    clone.domain.start()
    with refuses(libvirt.VIR_ERR_INTERNAL_ERROR):
        gold.internal("inside")
    assert not gold.starts()


def test_while_another_reads_an_iso_no_snapshot_above_it_is_deleted(
    neighbours: Neighbours,
) -> None:
    """A revert put an overlay on the drive, which the delete merges into the ISO."""
    skips.since_external_revert(neighbours.daemon)
    iso = Disk("hdc", file="tools.iso", format="raw", mib=MIB, device="cdrom")
    reverted = neighbours.domain("a", Disk(file="a.qcow2", mib=MIB), iso)
    reader = neighbours.domain("b", Disk(file="b.qcow2", mib=MIB), iso)
    reverted.external("base")
    reverted.revert("base")
    reader.domain.start()
    with refuses(libvirt.VIR_ERR_INTERNAL_ERROR):
        reverted.delete("base")
    reader.domain.destroy()
    reverted.delete("base")
    assert reverted.domain.source("hdc") == neighbours.folder / "tools.iso"


@pytest.mark.parametrize("name", ["same/b.qcow2", "alias.qcow2", "twin.qcow2"])
def test_a_file_that_is_reused_is_another_disk_by_another_name(
    neighbours: Neighbours, name: str
) -> None:
    first, second = neighbours.domain("a"), neighbours.domain("b")
    folder = neighbours.folder
    (folder / "same").symlink_to(".")
    (folder / "alias.qcow2").symlink_to("b.qcow2")
    (folder / "twin.qcow2").hardlink_to(folder / "b.qcow2")
    second.write(2)
    reused = f"<disk name='vda'><source file='{folder}/{name}'/></disk>"
    first.external("base", reused, flags=REUSE)
    assert first.shows() == {2}
    second.domain.start()
    assert not first.starts()


def test_two_links_to_one_image_are_two_disks_to_libvirt(neighbours: Neighbours) -> None:
    storage.create_image(neighbours.daemon, f"{neighbours.folder}/gold.qcow2", Disk(mib=MIB))
    pair = []
    for name in ("a", "b"):
        (neighbours.folder / f"{name}.qcow2").symlink_to("gold.qcow2")
        pair.append(neighbours.domain(name))
    pair[0].external("base")
    pair[0].write(3)
    assert pair[1].shows() == set()
    pair[0].delete("base")
    assert pair[1].shows() == {3}


def test_an_overlay_is_written_through_a_link_and_left_there(neighbours: Neighbours) -> None:
    domain = neighbours.domain("a")
    (neighbours.folder / "a.base").symlink_to("far.qcow2")
    domain.external("base")
    domain.delete("base")
    assert neighbours.files() == {"a.qcow2", "far.qcow2"}


def test_memory_is_written_through_a_link(neighbours: Neighbours) -> None:
    first, second = neighbours.domain("a"), neighbours.domain("b")
    (neighbours.folder / "a.mem").symlink_to("b.qcow2")
    first.domain.start()
    first.external("base", memory=f"{neighbours.folder}/a.mem")
    assert not second.starts()
