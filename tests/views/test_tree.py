"""A drawn tree holds every snapshot once, below its parent, with what happens to it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reconcile.model.desired import Current
from reconcile.model.hazard import Hazard
from reconcile.model.plan import DomainPlan
from reconcile.model.snapshot import NO_MEMORY, Snapshot, SnapshotState
from reconcile.model.told_step import StepKind
from reconcile.model.tree import Tree
from reconcile.views.tree import MOST, NodeView, tree_view
from tests.harness.identity import web
from tests.planfile.test_schema import DECLARED, WEB01
from tests.rules.notation import declared, grown
from tests.views.planned import owned, planned


def nodes(plan: DomainPlan) -> tuple[NodeView, ...]:
    view = tree_view(plan)
    assert view is not None
    return view.nodes


def holding(tree: Tree) -> DomainPlan:
    """A plan that does nothing to this tree."""
    return DomainPlan(web(), DECLARED, replace(WEB01, tree=tree), "")


def snapshot(name: str, parent: str | None) -> Snapshot:
    return Snapshot(name, parent, SnapshotState.SHUTOFF, NO_MEMORY, ())


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Any tree: each snapshot below one that came before it, or a root."""
    parents = draw(st.lists(st.integers(-1, 20), min_size=1, max_size=20))
    names = [f"s{number}" for number in range(len(parents))]
    above = [None if at < 0 or at >= number else names[at] for number, at in enumerate(parents)]
    return Tree.of(map(snapshot, names, above), names[0])


@given(trees())
def test_the_drawing_is_the_tree(tree: Tree) -> None:
    path: list[str] = []
    for node in nodes(holding(tree)):
        del path[node.depth :]
        parent = path[-1] if path else None
        assert tree[node.name].parent == parent
        assert node.last == (tree.children(parent)[-1] == node.name)
        assert node.current == (node.name == tree.current)
        path.append(node.name)
    assert sorted(each.name for each in nodes(holding(tree))) == sorted(tree.snapshots)


def test_what_goes_stands_behind_what_stays() -> None:
    plan = planned(owned(grown("int A, int B, revert A"), "A", "B"), declared("A (C)"))
    told = [(each.name, each.depth, each.kinds, each.last) for each in nodes(plan)]
    assert told == [
        ("A", 0, (), True),
        ("C", 1, (StepKind.CREATE,), False),
        ("B", 1, (StepKind.DELETE,), True),
    ]


def test_everything_that_happens_to_one_snapshot_is_told() -> None:
    """Created, left for another branch, and reverted to in the end."""
    allow = frozenset({Hazard.DISCARDS_GUEST_STATE})
    wanted = replace(declared("A (B) (C)"), allow=allow, current=Current("A"))
    found = {each.name: each for each in nodes(planned(grown(""), wanted))}
    assert found["A"].kinds == (StepKind.CREATE, StepKind.REVERT)
    assert [name for name, each in found.items() if each.current] == ["A"]


def test_a_tree_that_is_empty_or_too_large_is_not_drawn() -> None:
    many = Tree.of(snapshot(f"s{number}", None) for number in range(MOST + 1))
    assert tree_view(holding(Tree.of([]))) is None
    assert tree_view(holding(many)) is None
    assert tree_view(holding(many.drop("s0"))) is not None


def test_a_deep_tree_is_drawn_without_recursion() -> None:
    chain = [snapshot(f"s{n}", f"s{n - 1}" if n else None) for n in range(MOST)]
    assert [each.depth for each in nodes(holding(Tree.of(chain)))] == list(range(MOST))
