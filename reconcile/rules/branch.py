"""Branches of a tree as ways out name them: from the leaves up, the order in which they can go."""

from reconcile.model.domain import Domain
from reconcile.model.snapshot import DataState, Snapshot
from reconcile.model.tree import Tree
from reconcile.rules import files


def branch(tree: Tree, name: str) -> tuple[str, ...]:
    """The snapshot and all snapshots below it, leaves first."""
    order = [each.name for each in tree.topological() if name in tree.lineage(each.name)]
    return tuple(reversed(order))


def descendants(tree: Tree, name: str) -> tuple[str, ...]:
    """All snapshots below the snapshot, leaves first."""
    return branch(tree, name)[:-1]


def beside(tree: Tree, name: str) -> tuple[str, ...]:
    """The branches below the snapshot that the domain does not run on; or all but the first one."""
    children = tree.children(name)
    way = tree.lineage(tree.current)
    kept = next((child for child in children if child in way), children[0])
    return tuple(each for child in children if child != kept for each in branch(tree, child))


def off_the_way(tree: Tree, name: str) -> tuple[str, ...]:
    """All snapshots below the snapshot that are not above the current one, leaves first."""
    way = tree.lineage(tree.current)
    return tuple(each for each in descendants(tree, name) if each not in way)


def owner(domain: Domain) -> str | None:
    """The snapshot whose overlay the domain runs on; None where there is none, or several."""
    active = files.active(domain)
    found = {each.name for each in domain.tree if active.intersection(files.overlays(each))}
    return found.pop() if len(found) == 1 else None


def external_above(domain: Domain, target: str) -> Snapshot | None:
    """The nearest snapshot of the current line that is external for the disk; None without one."""
    return domain.tree.get(files.external_from(domain.tree, domain.tree.current, target))


def sound_above(domain: Domain, target: str) -> Snapshot | None:
    """The nearest snapshot above which the disk lies that a revert could still bring back."""
    for name in domain.tree.lineage(domain.tree.current):
        snapshot = domain.tree[name]
        sound = not snapshot.data.lost and snapshot.data is not DataState.DIFFERS
        if sound and files.is_external(snapshot, target):
            return snapshot
    return None


def overlay(snapshot: Snapshot, target: str) -> str | None:
    """The overlay of the disk `target` that was started on top of the snapshot, or None."""
    started = snapshot.revert_disks or snapshot.disks
    return next((disk.file for disk in started if disk.target == target), None)
