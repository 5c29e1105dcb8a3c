"""The tree of a plan: before and after in one, and what happens to each snapshot."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconcile.model.plan import DomainPlan
from reconcile.model.told_step import StepKind, ToldStep, told_steps
from reconcile.model.tree import Tree

MOST = 200  # snapshots in a view; a larger tree is told by its steps alone


@dataclass(frozen=True, slots=True)
class NodeView:
    """One snapshot of a tree. `depth` is 0 for a root; `last`: no sibling comes behind it.

    `kinds` are the kinds of action that the plan takes on it, each once, in order of the steps;
    `current`: the guest descends from it when the plan is done; `old_name`: what it is called now.
    `aside` is what else is told.
    """

    name: str
    depth: int
    last: bool
    kinds: tuple[StepKind, ...] = ()
    current: bool = False
    refused: bool = False
    aside: str = ""
    old_name: str | None = None


@dataclass(frozen=True, slots=True)
class TreeView:
    """The snapshots of a plan, each behind its parent; a deleted one stands in its place still."""

    nodes: tuple[NodeView, ...]


def tree_view(plan: DomainPlan) -> TreeView | None:
    """The tree after the plan, with the deleted ones; None if it is empty or larger than `MOST`."""
    before, after = plan.observed.tree, _end(plan)
    names = {*before.snapshots, *after.snapshots}
    if not names or len(names) > MOST:
        return None
    told = told_steps(plan.steps)
    kinds, renamed = _kinds(plan, told), _renamed(told)
    refused = _refused(plan)
    return TreeView(
        tuple(
            NodeView(
                name=place.name,
                depth=place.depth,
                last=place.last,
                kinds=kinds.get(place.name, ()),
                current=place.name == after.current,
                refused=place.name in refused,
                old_name=next((old for old, new in renamed.items() if new == place.name), None),
            )
            for place in _places(before, after, renamed)
        )
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a snapshot stands in the drawing."""

    name: str
    depth: int
    last: bool


def _refused(plan: DomainPlan) -> set[str | None]:
    """The names of refused snapshots; of one that would be renamed, the name on the host too."""
    names = {each.snapshot for each in plan.refusals}
    return names | {each.renamed_from for each in plan.desired.snapshots if each.name in names}


def _end(plan: DomainPlan) -> Tree:
    return plan.expected[-1].tree if plan.expected else plan.observed.tree


def _kinds(plan: DomainPlan, told: tuple[ToldStep, ...]) -> dict[str, tuple[StepKind, ...]]:
    """What is told of each snapshot; the children of a renamed one only follow it."""
    found: dict[str, dict[StepKind, None]] = {}
    for each in told:
        name = plan.steps[each.first - 1].action.snapshot
        found.setdefault(name, {})[each.kind] = None
    return {name: tuple(kinds) for name, kinds in found.items()}


def _renamed(told: tuple[ToldStep, ...]) -> dict[str, str]:
    """New names by old ones; of a name that was changed twice the last one."""
    found: dict[str, str] = {}
    for rename in (each.rename for each in told if each.rename is not None):
        found = {old: rename.new if new == rename.old else new for old, new in found.items()}
        found[rename.old] = rename.new
    return found


def _places(before: Tree, after: Tree, renamed: Mapping[str, str]) -> Iterator[_Place]:
    """Depth first, without recursion: trees may be deep."""
    below = _below(before, after, renamed)
    waiting = [*_siblings(below.get(None, ()), 0)]
    while waiting:
        place = waiting.pop()
        yield place
        waiting.extend(_siblings(below.get(place.name, ()), place.depth + 1))


def _siblings(names: Iterable[str], depth: int) -> Iterator[_Place]:
    """The last one first, as a stack needs them."""
    for position, name in enumerate(reversed([*names])):
        yield _Place(name, depth, position == 0)


def _below(before: Tree, after: Tree, renamed: Mapping[str, str]) -> dict[str | None, list[str]]:
    """The names below each name: what stays or comes, then what goes."""
    staying = [each.name for each in after.topological()]
    kept = set(staying)
    going = [each.name for each in before.topological() if each.name not in {*kept, *renamed}]
    names = [*staying, *going]
    below: dict[str | None, list[str]] = {}
    shown: set[str] = set()
    for name in names:
        was = (after.get(name) or before[name]).parent
        parent = renamed.get(was, was) if was is not None else None
        below.setdefault(parent if parent in shown else None, []).append(name)
        shown.add(name)
    return below
