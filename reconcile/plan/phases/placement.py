"""Paths along which missing snapshots are created, with as few reverts as possible.

libvirt creates below the current snapshot only. The missing entries are cut into downward paths,
one per leaf; each path but the first needs a revert to the snapshot it starts below.
"""

from dataclasses import dataclass

from reconcile.model.desired import DesiredSnapshot


@dataclass(frozen=True, slots=True)
class Path:
    """Entries to create one below the other, the first of them below `parent`."""

    parent: str | None
    entries: tuple[DesiredSnapshot, ...]

    @property
    def end(self) -> str:
        """The name of the last entry, which will be current."""
        return self.entries[-1].name


def paths(
    missing: tuple[DesiredSnapshot, ...], current: str | None, goal: str | None
) -> tuple[Path, ...]:
    """The paths for the missing entries, in the order to take them.

    The first begins below `current`, needs no revert and captures what the guest holds now; the
    last ends at `goal`, the declared current snapshot, so that no revert has to follow.
    """
    found = _cut(missing, goal)
    free = [path for path in found if path.parent == current]
    first = next((path for path in free if path.end != goal), next(iter(free), None))
    rest = [path for path in found if path is not first]
    last = next((path for path in rest if path.end == goal and not _needed(path, rest)), None)
    middle = [path for path in rest if path is not last]
    return tuple(path for path in (first, *middle, last) if path is not None)


def _cut(missing: tuple[DesiredSnapshot, ...], goal: str | None) -> list[Path]:
    """Depth-first: each entry goes on below its parent, or starts a path of its own.

    At a branch the way to `goal` is left for a path of its own, so that it can come last.
    """
    children: dict[str | None, list[DesiredSnapshot]] = {}
    names, towards = {entry.name for entry in missing}, _towards(missing, goal)
    for entry in missing:
        children.setdefault(entry.parent, []).append(entry)
    starts = [entry for entry in missing if entry.parent not in names]
    found: list[Path] = []
    waiting = [*reversed(starts)]
    while waiting:
        way = [waiting.pop()]
        while below := children.get(way[-1].name):
            on = next((entry for entry in below if entry.name not in towards), below[0])
            waiting.extend(entry for entry in reversed(below) if entry is not on)
            way.append(on)
        found.append(Path(way[0].parent, tuple(way)))
    return found


def _towards(missing: tuple[DesiredSnapshot, ...], goal: str | None) -> set[str]:
    """The goal and the entries above it; parents come first in `missing`."""
    way = {goal} if goal else set()
    for entry in reversed(missing):
        if entry.name in way and entry.parent is not None:
            way.add(entry.parent)
    return way


def _needed(path: Path, others: list[Path]) -> bool:
    """Whether another path starts below one of this path's entries."""
    names = {entry.name for entry in path.entries}
    return any(other.parent in names for other in others if other is not path)
