"""The calls that end libvirtd itself, each on a daemon of its own."""

import re
from collections.abc import Callable

import libvirt
import pytest

from tests.traps.guest import METADATA_ONLY, Guest, refuses
from tests.traps.libvirts import needs_external_revert, reverts_external, survives_side_branches


@pytest.fixture
def pointless(lone_guest: Guest) -> Guest:
    """A < B, and no current snapshot, as after an import: there is no call that clears it."""
    guest = lone_guest
    guest.external("A", "B")
    dumps = [guest.dump(name) for name in ("A", "B")]
    for name in ("B", "A"):
        guest.delete(name, METADATA_ONLY)
    for dump in dumps:
        guest.redefine(dump)
    assert (guest.names(), guest.current()) == ({"A", "B"}, None)
    return guest


def dies(guest: Guest) -> bool:
    """Whether the daemon ended; a crash takes a moment."""
    try:
        guest.daemon.connect().close()
    except libvirt.libvirtError:
        return True
    return not guest.daemon.is_alive


def test_crash_of_a_revert_without_current_naive(pointless: Guest) -> None:
    expected = reverts_external(pointless)
    with refuses():
        pointless.revert("A")
    assert dies(pointless) is expected


def test_crash_of_a_revert_without_current_is_refused(pointless: Guest) -> None:
    """Whoever lost the pointer left the guest on an overlay: that is the first thing to say."""
    assert pointless.tool.refusal("A B", current="A") == "A: tree-misplaced"


def test_crash_of_a_delete_without_current_naive(pointless: Guest) -> None:
    expected = reverts_external(pointless)
    with refuses():
        pointless.delete("A")
    assert dies(pointless) is expected


def test_crash_of_a_delete_without_current_is_refused(pointless: Guest) -> None:
    assert pointless.tool.refusal("B") == "A: no-current"


@pytest.fixture
def side_branch(lone_guest: Guest) -> Guest:
    """A < B < (C, D), D current."""
    guest = lone_guest
    needs_external_revert(guest)
    guest.external("A", "B", "C")
    guest.revert("B")
    guest.external("D")
    return guest


def test_crash_of_a_side_branch_naive(side_branch: Guest) -> None:
    if survives_side_branches(side_branch):
        side_branch.delete("A")
        assert side_branch.lost() == set()
    else:
        with refuses():
            side_branch.delete("A")
        assert dies(side_branch)


def test_crash_of_a_side_branch_is_refused(side_branch: Guest) -> None:
    if survives_side_branches(side_branch):
        side_branch.tool.apply("B C D")
    else:
        assert side_branch.tool.refusal("B C D") == "A: external-side-branch"


def bare(guest: Guest, disks: str = "") -> str:
    """A's metadata without a domain and without the overlays' files."""
    created = guest.dump("A").partition("<creationTime>")[2].partition("<")[0]
    return (
        f"<domainsnapshot><name>A</name><state>shutoff</state>"
        f"<creationTime>{created}</creationTime>{disks}</domainsnapshot>"
    )


def test_crash_of_a_bare_redefine_naive(lone_guest: Guest) -> None:
    """9.0 dies of an external disk without a file; newer ones make up a name for it."""
    lone_guest.external("A")
    xml = bare(lone_guest, "<disks><disk name='vda' snapshot='external'/></disks>")
    if reverts_external(lone_guest):
        lone_guest.redefine(xml)
        assert lone_guest.overlay("A") == lone_guest.file("vda.A")
    else:
        with refuses():
            lone_guest.redefine(xml)
        assert dies(lone_guest)


def test_a_bare_redefine_changes_the_kind_naive(guest: Guest) -> None:
    """Without any disk, every release turns the snapshot into an internal one without a word."""
    guest.external("A")
    guest.redefine(bare(guest))
    assert "snapshot='internal'" in guest.dump("A")


def test_crash_of_a_bare_redefine_is_never_asked_for(lone_guest: Guest) -> None:
    """No key of the manifest leads there: what the tool sends back is the whole dump."""
    lone_guest.external("A")
    lone_guest.tool.apply(add=[{"name": "A", "description": "new"}])
    assert "snapshot='external'" in lone_guest.dump("A")


TARGET = re.compile(r"<target dev='vda' bus='\w+'/>")
DISK = re.compile(r"<disk type='file' device='disk'>.*?</disk>", re.DOTALL)
ADDRESS = re.compile(r"<address [^>]*/>")


def without_target(dump: str) -> str:
    """A dump whose embedded definition has a disk that nothing names."""
    return TARGET.sub("", dump)


def target_twice(dump: str) -> str:
    """A dump whose embedded definition has two disks of one target."""
    (disk,) = DISK.findall(dump)
    return dump.replace(disk, disk + ADDRESS.sub("", disk))


@pytest.fixture
def forgotten(lone_guest: Guest) -> tuple[Guest, str]:
    """A domain whose snapshot A libvirt knows no more, and the full dump of A."""
    lone_guest.external("A")
    dump = lone_guest.dump("A")
    lone_guest.delete("A", METADATA_ONLY)
    return lone_guest, dump


def test_crash_of_a_dump_without_a_target_naive(forgotten: tuple[Guest, str]) -> None:
    guest, dump = forgotten
    with refuses():
        guest.redefine(without_target(dump))
    assert dies(guest)


def test_a_dump_with_one_target_twice_is_taken_naive(forgotten: tuple[Guest, str]) -> None:
    guest, dump = forgotten
    guest.redefine(target_twice(dump))
    assert guest.names() == {"A"}


@pytest.mark.parametrize("broken", [without_target, target_twice])
def test_crash_of_a_broken_dump_is_refused(
    forgotten: tuple[Guest, str], broken: Callable[[str], str]
) -> None:
    guest, dump = forgotten
    file = guest.file("A.xml")
    entry = {"name": "A", "redefine-from": str(file)}
    file.write_text(broken(dump))
    assert guest.tool.refusal(add=[entry], current="A") == "A: dump-wrong"
    file.write_text(dump)
    guest.tool.apply(add=[entry])
