"""A domain's snapshots as a tree: lookups and pure edits, without recursion (trees may be deep)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reconcile.model.frozen import FrozenMapping
from reconcile.model.snapshot import Snapshot

Children = FrozenMapping[str | None, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Tree:
    """Snapshots by name and the current one; edits return new trees."""

    snapshots: Mapping[str, Snapshot]
    current: str | None = None
    _children: Children = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "snapshots", FrozenMapping(self.snapshots))
        object.__setattr__(self, "_children", _index(self.snapshots))

    @classmethod
    def of(cls, snapshots: Iterable[Snapshot], current: str | None = None) -> "Tree":
        return cls({snapshot.name: snapshot for snapshot in snapshots}, current)

    def _edited(self, snapshots: Mapping[str, Snapshot], names: Iterable[str]) -> "Tree":
        """The tree of these snapshots, of which those of these names alone differ from here.

        Trees are edited at every step of a plan: the children are not gathered anew each time.
        """
        children = dict(self._children)
        for name in names:
            before, after = self.snapshots.get(name), snapshots.get(name)
            if before is not None:
                rest = tuple(each for each in children.pop(before.parent) if each != name)
                children |= {before.parent: rest} if rest else {}
            if after is not None:
                children[after.parent] = tuple(sorted((*children.get(after.parent, ()), name)))
        return _made(FrozenMapping(snapshots), self.current, FrozenMapping(children))

    def __contains__(self, name: object) -> bool:
        return name in self.snapshots

    def __getitem__(self, name: str) -> Snapshot:
        return self.snapshots[name]

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(self.snapshots.values())

    def __len__(self) -> int:
        return len(self.snapshots)

    def get(self, name: str | None) -> Snapshot | None:
        return None if name is None else self.snapshots.get(name)

    def children(self, name: str | None) -> tuple[str, ...]:
        """The names of the direct children, sorted; for None the roots."""
        return self._children.get(name, ())

    def ancestors(self, name: str) -> Iterator[str]:
        """The parent, grandparent and so on; stops at a root, a missing parent or a cycle."""
        seen = {name}
        parent = self.snapshots[name].parent
        while parent is not None and parent in self.snapshots and parent not in seen:
            yield parent
            seen.add(parent)
            parent = self.snapshots[parent].parent

    def lineage(self, name: str | None) -> tuple[str, ...]:
        """The snapshot itself, then its ancestors; empty for None and for an unknown name."""
        return () if name is None or name not in self else (name, *self.ancestors(name))

    def depth(self, name: str) -> int:
        return sum(1 for _ in self.ancestors(name))

    def topological(self) -> list[Snapshot]:
        """All snapshots, parents before children, siblings by name."""
        order: list[Snapshot] = []
        waiting = [*reversed(self.children(None))]
        while waiting:
            name = waiting.pop()
            order.append(self.snapshots[name])
            waiting.extend(reversed(self.children(name)))
        return order

    def put(self, *changed: Snapshot) -> "Tree":
        """The tree with these snapshots added or replaced."""
        by_name = {snapshot.name: snapshot for snapshot in changed}
        return self._edited({**self.snapshots, **by_name}, by_name)

    def drop(self, name: str) -> "Tree":
        """The tree without one entry, whose children stay where they are (the rules move them)."""
        rest = dict(self.snapshots)
        rest.pop(name, None)
        return self._edited(rest, (name,))

    def with_current(self, name: str | None) -> "Tree":
        return _made(self.snapshots, name, self._children)


def _made(snapshots: Mapping[str, Snapshot], current: str | None, children: Children) -> Tree:
    """A tree whose parts are known to be right and frozen."""
    tree = object.__new__(Tree)
    fields = {"snapshots": snapshots, "current": current, "_children": children}
    for name, value in fields.items():
        object.__setattr__(tree, name, value)
    return tree


def _index(snapshots: Mapping[str, Snapshot]) -> Children:
    """The names of each parent's children, sorted."""
    children: dict[str | None, list[str]] = {}
    for name in sorted(snapshots):
        children.setdefault(snapshots[name].parent, []).append(name)
    return FrozenMapping({parent: tuple(names) for parent, names in children.items()})
