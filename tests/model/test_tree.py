"""A tree that was edited is the tree that its snapshots make."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from reconcile.model.snapshot import NO_MEMORY, Snapshot, SnapshotState
from reconcile.model.tree import Tree

NAMES = st.sampled_from("abcdef")
SNAPSHOTS = st.builds(
    Snapshot,
    NAMES,
    st.none() | NAMES,
    st.just(SnapshotState.SHUTOFF),
    st.just(NO_MEMORY),
    st.just(()),
    description=st.sampled_from(["", "text"]),
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: snapshots to put, or a name to drop."""

    put: tuple[Snapshot, ...] = ()
    drop: str | None = None


EDITS = st.builds(Edit, st.lists(SNAPSHOTS, max_size=2).map(tuple), st.none() | NAMES)


@given(st.lists(SNAPSHOTS), st.lists(EDITS))
def test_edits_keep_the_children_right(begin: list[Snapshot], edits: list[Edit]) -> None:
    snapshots = {each.name: each for each in begin}
    tree = Tree.of(begin, "a")
    for edit in edits:
        tree = tree.put(*edit.put)
        snapshots |= {each.name: each for each in edit.put}
        if edit.drop is not None:
            tree = tree.drop(edit.drop)
            snapshots.pop(edit.drop, None)
        assert tree == Tree(snapshots, "a")
        for parent in (None, *"abcdef"):
            expected = [each.name for each in snapshots.values() if each.parent == parent]
            assert tree.children(parent) == tuple(sorted(expected))


def test_another_current_one_is_all_that_differs() -> None:
    tree = Tree.of([Snapshot("a", None, SnapshotState.SHUTOFF, NO_MEMORY, ())])
    moved = tree.with_current("a")
    assert (moved.current, tree.current) == ("a", None)
    assert moved.children(None) == ("a",)
    assert moved.snapshots is tree.snapshots
