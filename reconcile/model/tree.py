"""A domain's snapshots as a tree: lookups and pure edits, without recursion (trees may be deep)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from reconcile.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Tree:
    """Snapshots by name and the current one; edits return new trees."""

    snapshots: Mapping[str, Snapshot]
    current: str | None = None
    _children: Mapping[str | None, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        children: dict[str | None, list[str]] = {}
        for name in sorted(self.snapshots):
            children.setdefault(self.snapshots[name].parent, []).append(name)
        frozen = {parent: tuple(names) for parent, names in children.items()}
        object.__setattr__(self, "_children", MappingProxyType(frozen))

    @classmethod
    def of(cls, snapshots: Iterable[Snapshot], current: str | None = None) -> "Tree":
        by_name = {snapshot.name: snapshot for snapshot in snapshots}
        return cls(MappingProxyType(by_name), current)

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
        """Names of the direct children, sorted; of None: the roots."""
        return self._children.get(name, ())

    def ancestors(self, name: str) -> Iterator[str]:
        """Parent, grandparent and so on; stops at a root, a missing parent or a cycle."""
        seen = {name}
        parent = self.snapshots[name].parent
        while parent is not None and parent in self.snapshots and parent not in seen:
            yield parent
            seen.add(parent)
            parent = self.snapshots[parent].parent

    def lineage(self, name: str | None) -> tuple[str, ...]:
        """The snapshot itself, then its ancestors; of None or an unknown one: nothing."""
        return () if name is None or name not in self else (name, *self.ancestors(name))

    def depth(self, name: str) -> int:
        return sum(1 for _ in self.ancestors(name))

    def topological(self) -> list[Snapshot]:
        """Parents before children, siblings by name."""
        order: list[Snapshot] = []
        waiting = [*reversed(self.children(None))]
        while waiting:
            name = waiting.pop()
            order.append(self.snapshots[name])
            waiting.extend(reversed(self.children(name)))
        return order

    def put(self, *changed: Snapshot) -> "Tree":
        """The tree with these snapshots added or replaced."""
        merged = {**self.snapshots, **{snapshot.name: snapshot for snapshot in changed}}
        return Tree(MappingProxyType(merged), self.current)

    def drop(self, name: str) -> "Tree":
        """The tree without this one entry; children are not moved here (the rules do that)."""
        rest = {key: value for key, value in self.snapshots.items() if key != name}
        return Tree(MappingProxyType(rest), self.current)

    def with_current(self, name: str | None) -> "Tree":
        return Tree(self.snapshots, name)
