"""The comparison of a declared tree with a domain: missing, changed, undeclared."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from reconcile.diff.compare import changes
from reconcile.model.desired import DesiredSnapshot, DesiredTree, Prune
from reconcile.model.plan import Change
from reconcile.model.snapshot import Snapshot
from reconcile.model.tree import Tree


@dataclass(frozen=True, slots=True)
class Changed:
    """A declared snapshot that exists and differs."""

    desired: DesiredSnapshot
    observed: Snapshot
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All differences of one tree.

    `surplus` is what `prune:` wants deleted, `protected` what it would if it might, and
    `unmanaged` is left alone.
    """

    missing: tuple[DesiredSnapshot, ...]
    changed: tuple[Changed, ...]
    surplus: tuple[Snapshot, ...]
    protected: tuple[Snapshot, ...]
    unmanaged: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not (self.missing or self.changed or self.surplus or self.protected)


def compare(desired: DesiredTree, observed: Tree) -> Difference:
    """The whole difference; parents are compared as they would be after the deletes."""
    declared = {entry.name for entry in desired.snapshots}
    undeclared = [each for each in observed.topological() if each.name not in declared]
    pruned = [each for each in undeclared if _pruned(desired, each)]
    surplus = tuple(each for each in pruned if not each.protected)
    kept = {each.name for each in undeclared if not ignored(desired, each.name)}
    return Difference(
        missing=tuple(entry for entry in desired.snapshots if entry.name not in observed),
        changed=_changed(desired, observed, frozenset(each.name for each in surplus)),
        surplus=surplus,
        protected=tuple(each for each in pruned if each.protected),
        unmanaged=tuple(sorted(kept - {each.name for each in pruned})),
    )


def _changed(desired: DesiredTree, observed: Tree, gone: frozenset[str]) -> tuple[Changed, ...]:
    existing = ((entry, observed.get(entry.name)) for entry in desired.snapshots)
    compared = (
        Changed(entry, found, changes(entry, found, surviving_parent(observed, found, gone)))
        for entry, found in existing
        if found is not None
    )
    return tuple(each for each in compared if each.changes)


def surviving_parent(tree: Tree, snapshot: Snapshot, gone: frozenset[str]) -> str | None:
    """The nearest ancestor that is not deleted: libvirt moves children there."""
    parent = snapshot.parent
    while parent in gone:
        parent = tree[parent].parent
    return parent


def ignored(desired: DesiredTree, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in desired.ignore)


def _pruned(desired: DesiredTree, snapshot: Snapshot) -> bool:
    if ignored(desired, snapshot.name):
        return False
    match desired.prune:
        case Prune.NONE:
            return False
        case Prune.OWNED:
            return snapshot.owned
        case Prune.ALL:
            return True
