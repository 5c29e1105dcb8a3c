"""Root causes among refusals: those that only follow from another one are left out."""

from collections.abc import Iterator, Mapping

from reconcile.model.desired import DesiredTree
from reconcile.model.plan import Refusal
from reconcile.model.tree import Tree
from reconcile.model.way_out import Way
from reconcile.rules.refusals import NO_WAY, Code

_PLACED = frozenset({Code.PARENT_NOT_CURRENT, Code.NAME_TAKEN, Code.PARENT_CYCLE})
_BELOW = frozenset({Code.PARENT_REFUSED, Code.COPY_ELSEWHERE})
_NO_CAUSE = frozenset({Code.PARENT_REFUSED, Code.APPROVAL_NEEDED})


def root_causes(
    refusals: tuple[Refusal, ...], desired: DesiredTree, tree: Tree
) -> tuple[Refusal, ...]:
    """The refusals that would not go with another one of them, each once.

    `tree` is the observed tree.
    """
    found = _once(refusals)
    parents = {entry.name: entry.parent for entry in desired.snapshots}
    causes = {name for each in found if each.code not in _NO_CAUSE for name in _stuck(each)}
    told = tuple(
        each
        for each in found
        if not (_orphaned(each, causes, parents, tree) or _without_place(each, found, parents))
    )
    waiting = {each.snapshot: _awaited(each, told) for each in told}
    return tuple(each for each in told if not _follows(each.snapshot, waiting))


def _once(refusals: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
    """Each once: what is refused for two reasons is lifted by what helps with both."""
    once: dict[tuple[str, str | None, str], Refusal] = {}
    for each in refusals:
        known = once.setdefault((each.code, each.snapshot, each.message), each)
        common = tuple(way for way in known.ways if way in each.ways)
        once[(each.code, each.snapshot, each.message)] = known.with_ways(common or (NO_WAY,))
    return tuple(once.values())


def _stuck(refusal: Refusal) -> Iterator[str]:
    """The names that stay as they are: the refused one, and an entry that may be its new name."""
    if refusal.snapshot is not None:
        yield refusal.snapshot
    yield from (way.snapshot for way in refusal.ways if way.subject == "renamed-from")


def _orphaned(
    refusal: Refusal, causes: set[str], parents: Mapping[str, str | None], tree: Tree
) -> bool:
    """Whether it has no parent only because one above is not made, or not reverted to."""
    if refusal.code not in _BELOW or refusal.snapshot is None:
        return False
    above = parents.get(refusal.snapshot)
    while above is not None and above not in causes and above not in tree:
        above = parents.get(above)
    return above in causes


def _without_place(
    refusal: Refusal, found: tuple[Refusal, ...], parents: Mapping[str, str | None]
) -> bool:
    """Whether it has no place only because what is there now, or its parent, is in trouble."""
    if refusal.code not in _PLACED or refusal.snapshot is None:
        return False
    names = {refusal.snapshot, parents.get(refusal.snapshot)} - {None}
    others = (each for each in found if each.code not in {*_PLACED, *_NO_CAUSE})
    return any(each.snapshot in names for each in others)


def _awaited(refusal: Refusal, told: tuple[Refusal, ...]) -> frozenset[str | None]:
    """The refused snapshots that would have to be deleted before this one."""
    first = {name for way in refusal.ways if way.way is Way.DROP for name in way.snapshots}
    return frozenset(each.snapshot for each in told if each.snapshot in first)


def _follows(name: str | None, waiting: Mapping[str | None, frozenset[str | None]]) -> bool:
    """Whether a deletion waits for another one that does not, in turn, wait for it."""
    return any(name not in _reached(other, waiting) for other in waiting[name])


def _reached(
    name: str | None, waiting: Mapping[str | None, frozenset[str | None]]
) -> frozenset[str | None]:
    """All that the deletion of a snapshot waits for, in any number of steps."""
    found: frozenset[str | None] = frozenset()
    todo = frozenset({name})
    while todo:
        found |= todo
        todo = frozenset(each for one in todo for each in waiting.get(one, ())) - found
    return found
