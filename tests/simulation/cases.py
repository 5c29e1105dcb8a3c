"""The plans: every forest of up to five snapshots, made, changed, moved in, and taken apart."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reconcile.model.desired import Current, DesiredSnapshot, DesiredTree, Prune
from reconcile.model.domain import Domain, DomainState
from reconcile.model.hazard import Hazard
from reconcile.model.host import Capabilities, Host
from reconcile.model.plan import DomainPlan
from reconcile.model.snapshot import DiskKind, Memory, MemoryKind, SnapshotDisk
from reconcile.plan.planner import plan_domain
from tests.harness.identity import HERE
from tests.rules.notation import FORKY, PLACE, disk, domain
from tests.simulation.world import concrete

LONG_AGO = 1_600_000_000
NAMES = "ABCDEFGH"
Shape = tuple[int | None, ...]
"""The parent of each snapshot by number, parents first."""


@dataclass(frozen=True, slots=True)
class Case:
    """A plan for a domain, and what it is about in words."""

    words: str
    plan: DomainPlan
    host: Capabilities


def shapes(size: int) -> Iterator[Shape]:
    """Every forest of this many snapshots, one of each that differ in names alone."""
    seen = set()
    for shape in _numbered(size):
        form = _form(shape, None)
        if form not in seen:
            seen.add(form)
            yield shape


def _numbered(size: int) -> Iterator[Shape]:
    if size == 0:
        yield ()
        return
    for shape in _numbered(size - 1):
        yield from ((*shape, parent) for parent in (None, *range(size - 1)))


def _form(shape: Shape, root: int | None) -> tuple[object, ...]:
    below = (number for number, parent in enumerate(shape) if parent == root)
    return tuple(sorted((_form(shape, each) for each in below), key=repr))


def cases(shape: Shape, kind: DiskKind, state: DomainState) -> Iterator[Case]:
    """Everything that is done with a tree of this shape."""
    tree = declared(shape, kind, state)
    start = domain(disk(), disk("vdb"), state=state)
    words = f"{shape} {kind} {state}"
    made = planned(tree, start)
    yield from _some(f"make {words}", made)
    if made is None or made.refusals:
        return
    there = concrete(made.expected[-1], LONG_AGO)
    yield from _some(f"describe {words}", planned(_described(tree), there))
    yield from _some(f"remove all but a root of {words}", planned(_first(tree), there))
    for entry in tree.snapshots:
        yield from _some(f"go to {entry.name} of {words}", planned(_at(tree, entry.name), there))
        yield from _some(f"drop {entry.name} of {words}", planned(_without(tree, entry), there))
        yield from _some(f"grow {entry.name} of {words}", planned(_grown(tree, entry), there))
        yield from _some(f"rename {entry.name} of {words}", planned(_renamed(tree, entry), there))


def _some(words: str, plan: DomainPlan | None) -> Iterator[Case]:
    if plan is not None and plan.steps and not plan.refusals:
        yield Case(words, plan, FORKY)


def planned(tree: DesiredTree, observed: Domain) -> DomainPlan | None:
    """What the planner makes of it."""
    return plan_domain(tree, observed, Host(HERE, FORKY))


def declared(shape: Shape, kind: DiskKind, state: DomainState) -> DesiredTree:
    """The tree as a manifest declares it; an external one of a running guest has its memory."""
    memory = None
    if kind is DiskKind.EXTERNAL and state is DomainState.RUNNING:
        memory = Memory(MemoryKind.EXTERNAL)
    disks = tuple(SnapshotDisk(target, kind) for target in ("vda", "vdb"))
    entries = tuple(
        DesiredSnapshot(
            NAMES[number],
            None if parent is None else NAMES[parent],
            PLACE,
            memory=memory,
            disks=disks,
        )
        for number, parent in enumerate(shape)
    )
    return DesiredTree(
        ("web01",), PLACE, prune=Prune.ALL, snapshots=entries, allow=frozenset(Hazard)
    )


def _described(tree: DesiredTree) -> DesiredTree:
    entries = tuple(replace(each, description=f"now {each.name}") for each in tree.snapshots)
    return replace(tree, snapshots=entries)


def _first(tree: DesiredTree) -> DesiredTree:
    return replace(tree, snapshots=tree.snapshots[:1])


def _at(tree: DesiredTree, name: str) -> DesiredTree:
    """Described too, so that a step that can be undone comes before the revert."""
    return replace(_described(tree), current=Current(name))


def _without(tree: DesiredTree, gone: DesiredSnapshot) -> DesiredTree:
    rest = tuple(
        replace(each, parent=gone.parent) if each.parent == gone.name else each
        for each in tree.snapshots
        if each is not gone
    )
    return replace(tree, snapshots=rest)


def _grown(tree: DesiredTree, below: DesiredSnapshot) -> DesiredTree:
    new = replace(below, name="N", parent=below.name)
    return replace(_described(tree), snapshots=(*_described(tree).snapshots, new))


def _renamed(tree: DesiredTree, old: DesiredSnapshot) -> DesiredTree:
    entries = tuple(
        replace(each, name="R", renamed_from=old.name)
        if each is old
        else replace(each, parent="R" if each.parent == old.name else each.parent)
        for each in tree.snapshots
    )
    return replace(tree, snapshots=entries)
