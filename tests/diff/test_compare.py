"""What counts as a difference: only what is declared, and nothing that libvirt changes itself."""

from dataclasses import replace

import pytest

from reconcile.diff.compare import changes
from reconcile.diff.declaration import mark
from reconcile.model.desired import DesiredSnapshot
from reconcile.model.plan import Change
from reconcile.model.snapshot import DiskKind, Memory, MemoryKind, Snapshot, SnapshotDisk
from tests.rules.notation import PLACE, grown

Told = tuple[str, str | None, str | None]
Labels = tuple[tuple[str, str], ...]
ENTRY = DesiredSnapshot("A", None, PLACE)
INTERNAL = (SnapshotDisk("vda", DiskKind.INTERNAL),)
EXCLUDED = (SnapshotDisk("vda", DiskKind.EXTERNAL, "/o"), SnapshotDisk("vdb", DiskKind.EXTERNAL))


def observed(entry: DesiredSnapshot, **fields: object) -> Snapshot:
    """The snapshot as applying the entry leaves it, but for these fields."""
    found = replace(grown("int A").tree["A"], mark=mark(entry, None, None))
    return replace(found, **fields)  # type: ignore[arg-type] # a snapshot's own fields


@pytest.mark.parametrize(
    "entry",
    [
        ENTRY,
        replace(ENTRY, description=""),
        replace(ENTRY, disks=INTERNAL),
        replace(ENTRY, memory=Memory(MemoryKind.NONE)),
        replace(ENTRY, labels=(("tier", "golden"),)),
        replace(ENTRY, protect=True),
    ],
)
def test_no_difference_after_applying_it(entry: DesiredSnapshot) -> None:
    assert changes(entry, observed(entry), None) == ()


@pytest.mark.parametrize(
    "found",
    [
        observed(ENTRY, description="theirs"),
        observed(ENTRY, disks=()),
        observed(ENTRY, created=5),
        observed(ENTRY, mark=None),
    ],
    ids=["description", "disks", "creation time", "somebody else's"],
)
def test_what_is_not_declared_is_not_compared(found: Snapshot) -> None:
    assert changes(ENTRY, found, None) == ()


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (replace(ENTRY, description="ours"), [("description", "", "ours")]),
        (replace(ENTRY, parent="B"), [("parent", None, "B")]),
        (replace(ENTRY, memory=Memory(MemoryKind.EXTERNAL)), [("memory", "none", "external")]),
        (replace(ENTRY, protect=True), [("protect", "false", "true")]),
        (
            replace(ENTRY, disks=(SnapshotDisk("vda", DiskKind.EXTERNAL),)),
            [("disks.vda", "internal", "external")],
        ),
    ],
)
def test_a_difference_is_told(entry: DesiredSnapshot, told: list[tuple[str, str, str]]) -> None:
    found = changes(entry, observed(ENTRY), None)
    assert [(each.field, each.observed, each.desired) for each in found] == told


def test_a_disk_that_a_revert_made_external_is_still_left_out() -> None:
    out = (SnapshotDisk("vda", DiskKind.EXTERNAL), SnapshotDisk("vdb", DiskKind.NONE))
    entry = replace(ENTRY, disks=out)
    assert changes(entry, observed(entry, disks=EXCLUDED), None) == ()


LABELS = (("env", "prod"), ("tier", "golden"))


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (LABELS, [("labels.env", None, "prod"), ("labels.tier", None, "golden")]),
        ((), [("labels.old", "a", None), ("labels.older", "b", None)]),
        (
            LABELS,
            [
                ("labels.env", None, "prod"),
                ("labels.old", "a", None),
                ("labels.older", "b", None),
                ("labels.tier", None, "golden"),
            ],
        ),
        ((("old", "z"), ("older", "b")), [("labels.old", "a", "z")]),
    ],
)
def test_every_label_is_told_by_itself(labels: Labels, told: list[Told]) -> None:
    had = () if all(before is None for _, before, _ in told) else (("old", "a"), ("older", "b"))
    found = changes(replace(ENTRY, labels=labels), observed(replace(ENTRY, labels=had)), None)
    assert [(each.field, each.observed, each.desired) for each in found] == told


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        (replace(ENTRY, description=""), ENTRY, [("description", "declared", None)]),
        (ENTRY, replace(ENTRY, description=""), [("description", None, "declared")]),
        (replace(ENTRY, labels=LABELS), ENTRY, [("labels", "declared", None)]),
        (replace(ENTRY, protect=True), ENTRY, [("protect", "declared", None)]),
        (replace(ENTRY, disks=INTERNAL), ENTRY, [("disks", "declared", None)]),
        (
            replace(ENTRY, disks=INTERNAL, memory=Memory(MemoryKind.NONE)),
            ENTRY,
            [("memory", "declared", None), ("disks", "declared", None)],
        ),
        (
            replace(ENTRY, protect=False),
            replace(ENTRY, description=""),
            [("description", None, "declared"), ("protect", "declared", None)],
        ),
    ],
)
def test_a_key_that_comes_or_goes_in_git_alone_is_named(
    before: DesiredSnapshot, now: DesiredSnapshot, told: list[Told]
) -> None:
    found = changes(now, observed(before), None)
    named = [(each.field.removeprefix("declaration."), *each_of(each)) for each in found]
    assert named == told


def each_of(change: Change) -> tuple[str | None, str | None]:
    return change.observed, change.desired


def test_what_git_took_over_from_the_host_leaves_nothing_to_do() -> None:
    """The description was edited on the host and in git, to the same words."""
    before, now = replace(ENTRY, description="old"), replace(ENTRY, description="new")
    assert changes(now, observed(before, description="new"), None) == ()


def test_another_edit_in_git_that_nothing_shows_is_told_by_its_digest() -> None:
    """The same, with a mark of a version that wrote no hash of each value."""
    before, now = replace(ENTRY, description="old"), replace(ENTRY, description="new")
    found = observed(before, description="new")
    assert found.mark is not None
    found = replace(found, mark=replace(found.mark, fields=()))
    (change,) = changes(now, found, None)
    old = mark(before, None, None).digest
    assert (change.field, *each_of(change)) == ("declaration", old, mark(now, None, None).digest)
