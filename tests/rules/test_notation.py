"""The notation says what it seems to say, since all other tables rest on it."""

import pytest

from tests.rules.notation import declared, drawn, grown


@pytest.mark.parametrize(
    ("history", "drawing"),
    [
        ("", ""),
        ("ext A, ext B", "A ext (B ext*)"),
        ("int A, int B, revert A, int C", "A int (B int) (C int*)"),
        ("ext A, int B, delete B", "A ext*"),
    ],
)
def test_a_history_makes_a_tree(history: str, drawing: str) -> None:
    assert drawn(grown(history).tree) == drawing


def test_a_drawing_declares_a_tree() -> None:
    found = declared("A (B ext (C)) (D int); E").snapshots
    assert [(entry.name, entry.parent) for entry in found] == [
        ("A", None), ("B", "A"), ("C", "B"), ("D", "A"), ("E", None),
    ]  # fmt: skip
    assert [str(entry.disks[0].kind) for entry in found if entry.disks] == ["external", "internal"]
