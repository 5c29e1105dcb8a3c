"""Disks that were added, detached, moved, resized or marked since the snapshots were taken.

Whatever is planned then is done, and brings the right data; what libvirt cannot do is refused.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable

import libvirt
import pytest

from tests.lab.domain import Domain
from tests.real_hosts import hands
from tests.real_hosts.reverting import add_disk, by_name, fails_without, reverts_external
from tests.real_hosts.subject import Keys, Subject

Hand = Callable[[Subject], None]
SAME: Keys = {"snapshots": [{"name": "base", "children": [{"name": "tuned"}]}]}
WITHOUT_TUNED: Keys = {"snapshots": [{"name": "base"}]}
WITHOUT_BASE: Keys = {"snapshots": [{"name": "tuned"}]}
NEXT: Keys = {
    "snapshots": [{"name": "base", "children": [{"name": "tuned", "children": [{"name": "next"}]}]}]
}


def back_to(name: str) -> Keys:
    return {**SAME, "current": {"snapshot": name, "revert": "always"}}


def external(subject: Subject) -> None:
    hands.tree(subject)


def internal(subject: Subject) -> None:
    subject.internal("base", "tuned")
    subject.write()


def added(subject: Subject) -> None:
    external(subject)
    add_disk(subject)


def added_beside_tags(subject: Subject) -> None:
    internal(subject)
    add_disk(subject)


def added_drive(subject: Subject) -> None:
    """A drive without a medium."""
    external(subject)
    subject.add_device("<disk type='file' device='cdrom'><target dev='hdb' bus='ide'/></disk>")


def detached(subject: Subject) -> None:
    add_disk(subject)
    external(subject)
    subject.virsh("detach-disk", "vdb", "--config")


def detached_with_tags(subject: Subject) -> None:
    add_disk(subject)
    internal(subject)
    subject.virsh("detach-disk", "vdb", "--config")


def detached_that_was_left_out(subject: Subject) -> None:
    add_disk(subject)
    subject.external("base", "tuned", without="vdb")
    subject.write()
    subject.virsh("detach-disk", "vdb", "--config")


def detached_drive(subject: Subject) -> None:
    """A drive without a medium that is no part of the domain any more."""
    subject.add_device("<disk type='file' device='cdrom'><target dev='hdb' bus='ide'/></disk>")
    external(subject)
    subject.virsh("detach-disk", "hdb", "--config")


def resized(subject: Subject) -> None:
    external(subject)
    subject.domain.start()
    subject.virsh("blockresize", "vda", "2M")
    subject.domain.destroy()


def with_a_chain_in_its_definition(subject: Subject) -> None:
    """`<backingStore>` in the inactive definition, as older tools write it."""
    external(subject)
    below = "".join(
        f"<backingStore type='file'><format type='qcow2'/><source file='{subject.file(name)}'/>"
        for name in ("vda.base", "vda.qcow2")
    )
    chain = ET.fromstring(f"{below}<backingStore/></backingStore></backingStore>")  # noqa: S314 - written above

    def change(root: ET.Element) -> None:
        disk = root.find("devices/disk")
        assert disk is not None
        disk.append(chain)

    subject.edit(change)


def with_a_wrong_chain_in_its_definition(subject: Subject) -> None:
    """`<backingStore/>`: libvirt believes that the overlay lies on nothing."""
    external(subject)

    def change(root: ET.Element) -> None:
        disk = root.find("devices/disk")
        assert disk is not None
        ET.SubElement(disk, "backingStore")

    subject.edit(change)


def marked_for_backups(subject: Subject) -> None:
    """Dirty bitmaps in every image of the chain."""
    external(subject)
    for name in ("vda.qcow2", "vda.base", "vda.tuned"):
        subject.image("bitmap", "--add", str(subject.file(name)), "daily")


CHANGED = (
    added,
    added_beside_tags,
    added_drive,
    detached,
    detached_with_tags,
    detached_that_was_left_out,
    detached_drive,
    resized,
    with_a_chain_in_its_definition,
    marked_for_backups,
)


@pytest.mark.parametrize("name", ["base", "tuned"])
@pytest.mark.parametrize("hand", CHANGED, ids=by_name)
def test_a_revert_brings_back_the_disks_that_the_snapshot_knows(
    subject: Subject, hand: Hand, name: str
) -> None:
    hand(subject)
    if not reverts_external(subject) and "tags" not in hand.__name__:
        assert "revert-external" in subject.refused(back_to(name)).codes
        return
    planned, applied = subject.plan(back_to(name)), subject.apply(back_to(name))
    assert (planned.code, applied.code) == (0, 0), applied.out + applied.err
    assert (subject.now(), subject.current()) == (subject.held[name], name)
    assert subject.starts()


@pytest.mark.parametrize("keys", [WITHOUT_TUNED, WITHOUT_BASE], ids=["tuned", "base"])
@pytest.mark.parametrize("hand", [each for each in CHANGED if each is not detached], ids=by_name)
def test_a_delete_leaves_what_the_guest_sees(subject: Subject, hand: Hand, keys: Keys) -> None:
    hand(subject)
    before = subject.now()
    planned = subject.plan(keys)
    if planned.code == 3 and not reverts_external(subject):
        assert subject.refused(keys).codes == {"external-offline"}
        return
    subject.applied(keys)
    assert subject.now() == before
    assert subject.starts()


@pytest.mark.parametrize("hand", CHANGED, ids=by_name)
def test_a_snapshot_is_taken_of_the_disks_that_are_there(subject: Subject, hand: Hand) -> None:
    hand(subject)
    before = subject.now()
    planned = subject.plan(NEXT)
    if planned.code == 3:
        subject.refused(NEXT)
        return
    subject.applied(NEXT)
    assert (subject.now(), subject.current()) == (before, "next")
    assert subject.starts()


@pytest.mark.parametrize("keys", [WITHOUT_TUNED, WITHOUT_BASE], ids=["tuned", "base"])
def test_overlays_of_a_disk_that_was_detached_are_merged_once_it_is_back(
    subject: Subject, keys: Keys
) -> None:
    detached(subject)
    planned = subject.refused(keys)
    allowed = {"disk-detached"} | (set() if reverts_external(subject) else {"external-offline"})
    assert planned.codes <= allowed
    (name,) = {name for name, _ in planned.refused}
    with subject.domain.handle() as handle, pytest.raises(libvirt.libvirtError):
        handle.snapshotLookupByName(str(name)).delete()
    if planned.codes != {"disk-detached"}:
        return
    command = next(way for way in planned.remedies if "attach-disk" in way).split("`")[1]
    subject.daemon.virsh(*command.split()[1:])
    before = subject.now()
    subject.applied(keys)
    assert subject.now() == before


@pytest.mark.parametrize("keys", [WITHOUT_TUNED, WITHOUT_BASE], ids=["tuned", "base"])
def test_a_chain_that_libvirt_believes_in_wrongly_is_not_merged(
    subject: Subject, keys: Keys
) -> None:
    with_a_wrong_chain_in_its_definition(subject)
    planned = subject.refused(keys)
    allowed = {"chain-differs"} | (set() if reverts_external(subject) else {"external-offline"})
    assert planned.codes <= allowed
    assert "chain-differs" in subject.plan(SAME).warnings
    subject.edit(_without_a_chain)
    assert "chain-differs" not in subject.plan(SAME).warnings


def _without_a_chain(root: ET.Element) -> None:
    disk = root.find("devices/disk")
    assert disk is not None
    for chain in disk.findall("backingStore"):
        disk.remove(chain)


@pytest.mark.parametrize("start", [False, True], ids=["off", "running"])
def test_dirty_bitmaps_are_in_the_way_of_tags(subject: Subject, start: bool) -> None:
    add_disk(subject)
    if start:
        subject.domain.start()
    internal(subject)
    if start:
        subject.domain.destroy()
    image = str(subject.file("vdb.qcow2"))
    subject.image("bitmap", "--add", image, "daily")
    if start:
        subject.domain.start()
    planned = subject.refused(back_to("base"))
    assert planned.codes == {"image-bitmaps"}
    fails_without(subject, name="base")
    command = planned.remedies[0].split("(")[-1].split("`")[1]
    subject.image(*command.split()[1:])
    subject.applied(back_to("base"))
    assert subject.now() == subject.held["base"]


def test_a_tag_in_an_image_that_was_moved_is_not_left_behind(subject: Subject) -> None:
    internal(subject)
    moved = subject.file("vda.qcow2").rename(subject.file("moved.qcow2"))
    subject.put_on(moved)
    before = subject.now()
    assert subject.refused(WITHOUT_TUNED).codes == {"image-away"}
    subject.applied({**WITHOUT_TUNED, "forget": ["tuned"]})
    assert (list(subject.names()), subject.now()) == (["base"], before)


@pytest.mark.parametrize("take", [external, internal], ids=by_name)
def test_a_domain_that_was_renamed_keeps_its_tree(subject: Subject, take: Hand) -> None:
    take(subject)
    old = subject.domain
    subject.virsh("domrename", f"new-{old.name}")
    subject.domain = Domain(old.daemon, f"new-{old.name}", old.folder)
    try:
        assert subject.applied(SAME).actions == ()
        if take is internal or reverts_external(subject):
            subject.applied(back_to("base"))
            assert subject.now() == subject.held["base"]
        before = subject.now()
        subject.applied({"snapshots": [{"name": "base"}]})
        assert (list(subject.names()), subject.now()) == (["base"], before)
    finally:
        subject.virsh("domrename", old.name)
        subject.domain = old
