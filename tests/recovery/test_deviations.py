"""What moved on a host, in words that a person can follow: no tuples, digests or truth values."""

from dataclasses import replace

import pytest

from reconcile.model.snapshot import Mark, Memory, MemoryKind, SnapshotState
from reconcile.recovery.deviations import snapshot_deviations
from tests.rules.notation import grown

MARK = Mark("A", "562e5e71f5b80323", labels=(("tier", "golden"),))
A = replace(grown("int A").tree["A"], description="Clean", mark=MARK)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, []),
        ({"description": ""}, ['snapshot A has the description "", not "Clean"']),
        ({"parent": "B"}, ["snapshot A has the parent B, not none"]),
        ({"state": SnapshotState.RUNNING}, ["snapshot A has the state running, not shutoff"]),
        (
            {"memory": Memory(MemoryKind.EXTERNAL, "/m")},
            [
                "snapshot A has the memory external, not none",
                "snapshot A has the kind external, not internal",
            ],
        ),
        ({"delete_in_progress": True}, ["a delete of snapshot A has begun"]),
        ({"mark": None}, ["snapshot A has the owner nobody known, not reconcile"]),
        ({"mark": replace(MARK, protect=True)}, ["snapshot A is protected"]),
        (
            {"mark": replace(MARK, labels=())},
            ["snapshot A has the labels none, not tier: golden"],
        ),
        (
            {"mark": replace(MARK, digest="a112385352fc834e")},
            ["snapshot A was applied from another declaration"],
        ),
        ({"mark": replace(MARK, revision="abc")}, []),
    ],
)
def test_one_snapshot(fields: dict[str, object], told: list[str]) -> None:
    found = replace(A, **fields)  # type: ignore[arg-type] # fields of a snapshot
    assert list(snapshot_deviations(A, found)) == told


def test_the_other_way_round() -> None:
    begun, protected = replace(A, delete_in_progress=True), replace(MARK, protect=True)
    assert list(snapshot_deviations(begun, A)) == [
        "a delete of snapshot A is not under way any more"
    ]
    assert list(snapshot_deviations(replace(A, mark=protected), A)) == [
        "snapshot A is not protected"
    ]
