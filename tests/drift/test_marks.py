"""Marks as they are written into XML: those of earlier formats are read, hostile ones harmless."""

from pathlib import Path

import pytest

from reconcile.diff.declaration import mark
from reconcile.libvirt.xml import mark as mark_xml
from reconcile.libvirt.xml.element import element, parse, serialise
from reconcile.model.desired import DesiredSnapshot
from reconcile.model.snapshot import Applied, DiskKind, Mark, Memory, MemoryKind, SnapshotDisk
from tests.rules.notation import PLACE

GOLDEN = Path(__file__).parent / "golden"
ENTRY = DesiredSnapshot(
    "base",
    "root",
    PLACE,
    description="Clean install",
    labels=(("tier", "golden"),),
    protect=True,
    memory=Memory(MemoryKind.NONE),
    disks=(SnapshotDisk("vda", DiskKind.EXTERNAL), SnapshotDisk("vdb", DiskKind.NONE)),
)
OLD = Mark("base", "667329f41498f030", "abc", protect=True, labels=(("tier", "golden"),))
HASHES = (
    ("description", "e183f613"),
    ("disks.vda", "ee080af1"),
    ("disks.vdb", "30a0924a"),
    ("labels", "51760bb4"),
    ("memory", "30a0924a"),
    ("parent", "956e6e33"),
    ("protect", "18d10c7d"),
)
NEW = Mark(*(OLD.snapshot, OLD.digest, OLD.revision, OLD.protect, OLD.labels), HASHES)
RECORD = Applied(7, ("e183f613", "ee080af1"), "e183f613")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("format-1.xml", OLD),
        ("format-2.xml", NEW),
        ("format-2-root.xml", Mark("base", "667329f41498f030", fields=HASHES, applied=RECORD)),
    ],
)
def test_every_format_is_read(file: str, expected: Mark) -> None:
    assert mark_xml.read(parse((GOLDEN / file).read_text()), "base") == expected


@pytest.mark.parametrize("file", ["format-2.xml", "format-2-root.xml"])
def test_the_latest_format_is_written(file: str) -> None:
    text = (GOLDEN / file).read_text()
    domain = element("domain")
    mark_xml.write(domain, mark_xml.read(parse(text), "base"))
    assert serialise(domain) == text.rstrip("\n")


def test_what_a_declaration_gives_stays_what_it_is() -> None:
    """Other hashes would make every host look changed in git."""
    assert mark(ENTRY, None, "abc") == NEW


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('version="2"', 'version="3"'),
        ('version="2"', ""),
        ("fields=", "other="),
        ("=e183f613", "=no hash"),
        ('serial="7"', 'serial="-7"'),
        ('serial="7"', 'serial="9999999999999999999"'),
        ('current="e183f613"', 'current="&#10;evil"'),
        (">e183f613 ", ">../../etc "),
    ],
)
def test_what_somebody_wrote_there_is_no_hash(old: str, new: str) -> None:
    """It still is our mark, and owned: only who changed what is not known."""
    text = (GOLDEN / "format-2-root.xml").read_text()
    assert old in text
    found = mark_xml.read(parse(text.replace(old, new)), "base")
    assert found is not None
    assert found.digest == OLD.digest
    assert found.fields != HASHES or found.applied is None
