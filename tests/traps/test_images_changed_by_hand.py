"""Images behind snapshots that people merged, flattened, moved or removed: what libvirt does then.

It believes its metadata. Deletes fail, some reverts stop the guest before they fail, and some bring
other data with success. Only the metadata can always be taken away. The tool's side of this is in
`tests/real_hosts`.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Final

import libvirt
import pytest

from tests.lab.errors import LabError
from tests.real_hosts import hands
from tests.real_hosts.subject import Subject
from tests.traps.guest import refuses

Hand = Callable[[Subject], None]
METADATA_ONLY: Final = libvirt.VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY
SECURE: Final = libvirt.VIR_DOMAIN_SNAPSHOT_XML_SECURE
REDEFINE: Final = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE
CURRENT: Final = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT
UNMERGEABLE: Final = (
    *(hands.merged_running, hands.merged, hands.committed, hands.top_merged, hands.middle_merged),
    *(hands.rebased_past, hands.flattened, hands.pulled, hands.flattened_alone, hands.converted),
    *(hands.rebased_on_copy, hands.lengthened, hands.without_metadata, hands.active_gone),
    *(hands.middle_gone, hands.first_gone),
)
REFUSED: Final = {
    libvirt.VIR_ERR_INVALID_ARG,  # 9.0.0: "could not find base disk source in disk source chain"
    libvirt.VIR_ERR_OPERATION_FAILED,  # 11.3.0, 12.8.0: "failed to find parent disk source …"
    libvirt.VIR_ERR_SYSTEM_ERROR,  # "Cannot access … storage file": an image is gone
}
OTHER_DATA: Final = (
    (hands.merged, "base"),
    (hands.merged_running, "base"),
    (hands.top_merged, "tuned"),
    (hands.middle_merged, "base"),
)
"""Where a revert succeeds and brings what was written later: the image was merged into."""
STOPPING: Final = (hands.merged_running, hands.flattened_alone, hands.middle_gone)


def of(*some: Hand) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("hand", some, ids=lambda hand: hand.__name__)


@of(*UNMERGEABLE)
def test_a_delete_fails_but_metadata_alone_can_be_taken_away(subject: Subject, hand: Hand) -> None:
    hand(subject)
    before = (subject.now(), subject.look())
    with pytest.raises(libvirt.libvirtError) as caught:
        delete(subject, "tuned")
    assert caught.value.get_error_code() in REFUSED
    assert (subject.now(), subject.look()) == before
    starts = subject.starts()
    for name in ("tuned", "base"):
        delete(subject, name, METADATA_ONLY)
    assert (subject.names(), subject.current(), subject.starts()) == ({}, None, starts)
    assert (subject.now(), subject.look()[2:]) == (before[0], before[1][2:])


@of(hands.merged_running, hands.first_gone)
def test_metadata_is_taken_away_in_any_order(subject: Subject, hand: Hand) -> None:
    hand(subject)
    before = (subject.now(), subject.look()[2:])
    for name in ("base", "tuned"):
        delete(subject, name, METADATA_ONLY)
    assert (subject.names(), (subject.now(), subject.look()[2:])) == ({}, before)


@pytest.mark.parametrize(
    ("hand", "name"), OTHER_DATA, ids=lambda each: getattr(each, "__name__", each)
)
def test_a_revert_succeeds_with_other_data(subject: Subject, hand: Hand, name: str) -> None:
    hand(subject)
    if refuses_external(subject, name):
        return
    revert(subject, name)
    assert subject.current() == name
    assert subject.now() != subject.held[name]


@of(*STOPPING)
def test_a_revert_to_a_missing_base_stops_the_guest_and_fails(subject: Subject, hand: Hand) -> None:
    hand(subject)
    before = subject.now()
    if refuses_external(subject, "tuned"):
        return
    with refuses(libvirt.VIR_ERR_CONFIG_UNSUPPORTED):
        revert(subject, "tuned")
    assert (subject.domain.state, subject.now()) == ("shutoff", before)


def test_a_revert_brings_back_a_domain_whose_active_image_is_gone(subject: Subject) -> None:
    hands.active_gone(subject)
    assert not subject.starts()
    if refuses_external(subject, "tuned"):
        return
    revert(subject, "tuned")
    assert subject.now() == subject.held["tuned"]
    delete(subject, "tuned")
    assert (subject.names(), subject.now()) == ({"base": None}, subject.held["tuned"])


def test_a_revert_removes_the_image_below_one_that_was_added_by_hand(subject: Subject) -> None:
    hands.lengthened(subject)
    if refuses_external(subject, "tuned"):
        return
    revert(subject, "tuned")
    assert subject.now() == subject.held["tuned"]
    assert not subject.file("vda.tuned").exists()
    with pytest.raises(LabError, match="No such file"):
        subject.image("info", "--backing-chain", str(subject.file("top.qcow2")))


@of(hands.tag_gone, hands.tag_gone_running)
def test_an_internal_snapshot_without_its_tag_is_deleted_but_stops_the_guest_of_a_revert(
    subject: Subject, hand: Hand
) -> None:
    hand(subject)
    before = subject.now()
    with refuses(libvirt.VIR_ERR_INTERNAL_ERROR):
        revert(subject, "base")
    assert (subject.domain.state, subject.now()) == ("shutoff", before)
    delete(subject, "base")
    assert (subject.names(), subject.now()) == ({"tuned": None}, before)


def test_a_merged_top_is_adopted_by_forgetting_it(subject: Subject) -> None:
    hands.top_merged(subject)
    before = subject.now()
    delete(subject, "tuned", METADATA_ONLY)
    assert subject.current() == "base"
    delete(subject, "base")
    assert (subject.names(), subject.now()) == ({}, before)


def test_a_merged_middle_is_adopted_by_its_child_with_the_base_below(subject: Subject) -> None:
    hands.middle_merged(subject)
    before = subject.now()
    redefine(subject, with_base(subject, "tuned", subject.file("vda.qcow2")))
    delete(subject, "base", METADATA_ONLY)
    if reverts(subject):
        revert(subject, "tuned")
        assert subject.now() == subject.held["tuned"]
        before = subject.now()
    delete(subject, "tuned")
    assert (subject.names(), subject.now()) == ({}, before)
    assert subject.starts()


@of(hands.lengthened, hands.without_metadata)
def test_an_image_on_top_is_adopted_as_a_snapshot(subject: Subject, hand: Hand) -> None:
    hand(subject)
    before, below = subject.now(), content_below(subject)
    root = with_base(subject, "tuned", subject.file("vda.tuned"))
    name, listed = root.find("name"), root.find("disks/disk/source")
    parent = root.find("parent/name")
    assert name is not None
    assert listed is not None
    assert parent is not None
    name.text, parent.text = "added", "tuned"
    listed.set("file", str(subject.file("top.qcow2")))
    redefine(subject, root, CURRENT)
    if reverts(subject):
        revert(subject, "added")
        assert subject.now() == below
        before = below
    for each in ("added", "tuned", "base"):
        delete(subject, each)
        assert subject.now() == before
    assert (subject.names(), subject.starts()) == ({}, True)


def content_below(subject: Subject) -> str:
    """What the overlay holds on which the image lies that was added."""
    top = subject.file("top.qcow2")
    subject.put_on(subject.file("vda.tuned"))
    found = subject.now()
    subject.put_on(top)
    return found


def with_base(subject: Subject, name: str, base: Path) -> ET.Element:
    """A snapshot's dump in which the domain ran on another image then."""
    with subject.domain.handle() as handle:
        root = ET.fromstring(handle.snapshotLookupByName(name).getXMLDesc(SECURE))  # noqa: S314 - libvirt wrote it
    for disk in root.findall(".//devices/disk[target]"):
        source, below = disk.find("source"), disk.find("backingStore")
        if source is not None:
            source.set("file", str(base))
        if below is not None:
            disk.remove(below)
    return root


def redefine(subject: Subject, root: ET.Element, flags: int = 0) -> None:
    with subject.domain.handle() as handle:
        handle.snapshotCreateXML(ET.tostring(root, encoding="unicode"), REDEFINE | flags)


def delete(subject: Subject, name: str, flags: int = 0) -> None:
    with subject.domain.handle() as handle:
        handle.snapshotLookupByName(name).delete(flags)


def revert(subject: Subject, name: str) -> None:
    with subject.domain.handle() as handle:
        handle.revertToSnapshot(handle.snapshotLookupByName(name))


def reverts(subject: Subject) -> bool:
    """libvirt 9.9 and newer revert to external snapshots."""
    return subject.daemon.version >= (9, 9, 0)


def refuses_external(subject: Subject, name: str) -> bool:
    """Whether this libvirt reverts to no external snapshot at all, after seeing it refuse."""
    if reverts(subject):
        return False
    before = subject.look()
    with refuses(libvirt.VIR_ERR_CONFIG_UNSUPPORTED):
        revert(subject, name)
    assert subject.look() == before
    return True
