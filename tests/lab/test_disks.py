"""Disks of every kind hold what is written to them, off and running, and leave nothing behind."""

import os
from pathlib import Path
from typing import Final

import pytest

from tests.lab import content, skips, storage
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk, Kind
from tests.lab.domain import Domain, define
from tests.lab.errors import LabError
from tests.lab.fixtures import MakeDomain
from tests.lab.releases import is_root

KINDS: Final = {
    "raw": Disk(format="raw", mib=1),
    "qcow2": Disk(mib=1),
    "block": Disk(kind="block", format="raw", mib=1),
    "block-qcow2": Disk(kind="block", mib=1),
    "volume": Disk(kind="volume", mib=1),
    "nbd": Disk(kind="nbd", format="raw", mib=1),
    "nbd-qcow2": Disk(kind="nbd", mib=1),
    "luks": Disk(luks=True, mib=1),
    "luks-raw": Disk(format="raw", luks=True, mib=1),
    "data-file": Disk(data_file=True, mib=1),
    "shareable": Disk(format="raw", mib=1, shareable=True),
    "floppy": Disk("fda", format="raw", mib=1, device="floppy"),
}
READERS: Final = {
    "cdrom": Disk("hdc", format="raw", mib=1, device="cdrom", startup_policy="optional"),
    "cdrom-empty": Disk("hdc", device="cdrom", empty=True),
    "floppy-read-only": Disk("fda", format="raw", mib=1, device="floppy", read_only=True),
    "floppy-empty": Disk("fda", device="floppy", empty=True),
    "read-only": Disk(format="raw", mib=1, read_only=True),
}


@pytest.fixture(params=KINDS.values(), ids=list(KINDS))
def disk(request: pytest.FixtureRequest) -> Disk:
    found: Disk = request.param
    if found.kind == "block":
        skips.root_alone("it has loop devices")
    return found


def test_a_disk_holds_what_is_written(make_domain: MakeDomain, disk: Disk) -> None:
    domain = make_domain([disk])
    content.write(domain, disk.target, 0x11)
    domain.start()
    content.write(domain, disk.target, 0x22, offset=content.BLOCK)
    domain.destroy()
    assert _patterns(domain, disk.target) == [0x11, 0x22]


@pytest.mark.parametrize("disk", READERS.values(), ids=list(READERS))
def test_a_drive_or_disk_that_is_only_read_starts(make_domain: MakeDomain, disk: Disk) -> None:
    domain = make_domain([disk])
    domain.start()
    if disk.empty:
        with pytest.raises(LabError, match="no medium"):
            domain.place(disk.target)
    else:
        assert content.read_pattern(domain.daemon, domain.place(disk.target)) == 0


def test_a_transient_disk_forgets(make_domain: MakeDomain) -> None:
    domain = make_domain([Disk(transient=True, mib=1)])
    place = domain.place("vda")
    content.write(domain, "vda", 0x11)
    domain.start()
    content.write(domain, "vda", 0x22)
    domain.destroy()
    assert domain.place("vda") == place
    assert content.read_pattern(domain.daemon, place) == 0x11


@pytest.mark.parametrize("backing", ["gold.qcow2", "{folder}/gold.qcow2"], ids=["near", "full"])
def test_a_linked_clone_shows_what_its_base_holds(make_domain: MakeDomain, backing: str) -> None:
    gold = make_domain([Disk(file="gold.qcow2", mib=1)])
    content.write(gold, "vda", 0x11)
    backing = backing.format(folder=gold.folder)
    clone = make_domain([Disk(file=f"{gold.folder}/clone.qcow2", mib=1, backing=backing)])
    content.write(clone, "vda", 0x22, offset=content.BLOCK)
    assert _patterns(clone, "vda") == [0x11, 0x22]
    assert content.read_pattern(gold.daemon, gold.place("vda"), content.BLOCK) == 0


def test_an_encrypted_image_is_read_below_a_plain_one(make_domain: MakeDomain) -> None:
    base = make_domain([Disk(file="base.qcow2", luks=True, mib=1)])
    content.write(base, "vda", 0x11)
    top = base.folder / "top.qcow2"
    storage.create_image(base.daemon, str(top), Disk(backing=str(base.source("vda")), mib=1))
    assert content.read_pattern(base.daemon, top) == 0x11


def test_removing_a_domain_ends_what_its_disks_lie_on(lab: Daemon) -> None:
    kinds: dict[str, Kind] = {"vda": "volume", "vdb": "nbd"}
    if is_root():
        kinds["vdc"] = "block"
    disks = [Disk(target, kind=kind, mib=1) for target, kind in kinds.items()]
    domain = define(lab, f"removed-{os.getpid()}", disks)
    domain.start()
    domain.remove()
    with lab.connect() as connection:
        assert connection.listAllStoragePools() == []
    assert not _loops(domain.folder)
    assert not _servers(domain.folder)


def _patterns(domain: Domain, target: str) -> list[int]:
    place = domain.place(target)
    offsets = (0, content.BLOCK)
    return [content.read_pattern(domain.daemon, place, offset) for offset in offsets]


def _servers(folder: Path) -> list[Path]:
    """The processes that serve a file of a folder."""
    commands = Path("/proc").glob("[0-9]*/cmdline")
    return [file for file in commands if _serves(file, str(folder))]


def _serves(file: Path, folder: str) -> bool:
    try:
        command = file.read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has ended meanwhile
        return False
    return command.startswith("qemu-nbd") and folder in command


def _loops(folder: Path) -> list[str]:
    files = Path("/sys/block").glob("loop*/loop/backing_file")
    return [text for text in (file.read_text("utf-8") for file in files) if str(folder) in text]
