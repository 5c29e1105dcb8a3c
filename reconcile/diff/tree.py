"""The comparison of a declared tree with a domain: missing, changed, undeclared."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from reconcile.diff.compare import changes, is_of_declaration
from reconcile.model.desired import DesiredSnapshot, DesiredTree, Metadata, Prune
from reconcile.model.domain import Domain
from reconcile.model.plan import Change
from reconcile.model.snapshot import Snapshot
from reconcile.model.tree import Tree
from reconcile.rules import names


@dataclass(frozen=True, slots=True)
class Changed:
    """A declared snapshot that exists and differs."""

    desired: DesiredSnapshot
    observed: Snapshot
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """How a domain's snapshots differ from one declared tree.

    `missing`: declared and not on the host; `changed`: on the host otherwise than declared;
    `surplus`: to be deleted by `prune:`; `forgotten`: to be forgotten by `forget:`; `protected`:
    in one of these two but for their protection; `unmanaged`: undeclared, and left alone.
    """

    missing: tuple[DesiredSnapshot, ...]
    changed: tuple[Changed, ...]
    surplus: tuple[Snapshot, ...]
    protected: tuple[Snapshot, ...]
    forgotten: tuple[Snapshot, ...]
    unmanaged: tuple[str, ...]

    def without(self, names: frozenset[str]) -> "Difference":
        """The difference less the snapshots of these names: a plan leaves those as they are."""
        return Difference(
            missing=tuple(each for each in self.missing if each.name not in names),
            changed=tuple(each for each in self.changed if each.desired.name not in names),
            surplus=tuple(each for each in self.surplus if each.name not in names),
            protected=tuple(each for each in self.protected if each.name not in names),
            forgotten=tuple(each for each in self.forgotten if each.name not in names),
            unmanaged=self.unmanaged,
        )

    @property
    def gone(self) -> frozenset[str]:
        """The names of the snapshots that are to be deleted or forgotten."""
        return frozenset(each.name for each in (*self.surplus, *self.forgotten))


def compare(desired: DesiredTree, domain: Domain) -> Difference:
    """The difference of a domain from its tree; parents are compared as after the deletes."""
    if desired.only_current:
        return Difference((), (), (), (), (), ())
    tree, declared = domain.tree, {entry.name for entry in desired.snapshots}
    undeclared = [each for each in tree.topological() if each.name not in declared]
    forgotten = tuple(each for each in undeclared if each.name in desired.forget)
    rest = [each for each in undeclared if each.name not in desired.forget]
    pruned = [each for each in rest if is_pruned(desired, each)]
    surplus = tuple(each for each in pruned if not each.protected)
    going = frozenset(each.name for each in (*pruned, *forgotten))  # also those that are protected
    kept = {each.name for each in rest if not ignored(desired, each.name)}
    return Difference(
        missing=tuple(entry for entry in desired.snapshots if _missing(entry, domain)),
        changed=_changed(desired, tree, going),
        surplus=surplus,
        protected=tuple(each for each in (*pruned, *forgotten) if each.protected),
        forgotten=tuple(each for each in forgotten if not each.protected),
        unmanaged=tuple(sorted(kept - {each.name for each in pruned})),
    )


def _missing(entry: DesiredSnapshot, domain: Domain) -> bool:
    if entry.name in domain.tree:
        return False
    return entry.capture.metadata is Metadata.KEEP or not _in_chain(entry, domain)


def _in_chain(entry: DesiredSnapshot, domain: Domain) -> bool:
    """Whether a snapshot without metadata was taken: a disk lies on the overlay it started."""
    named = {disk.file for disk in entry.disks or ()}
    for disk in domain.disks:
        chain = [file for file in (disk.path, *disk.backing) if file]
        if any(file in named or file == names.overlay(file, entry.name) for file in chain):
            return True
    return False


def _changed(desired: DesiredTree, observed: Tree, gone: frozenset[str]) -> tuple[Changed, ...]:
    existing = ((entry, observed.get(entry.name)) for entry in desired.snapshots)
    compared = (
        Changed(entry, found, changes(entry, found, surviving_parent(observed, found, gone)))
        for entry, found in existing
        if found is not None
    )
    return tuple(each for each in compared if _counts(desired, each))


def _counts(desired: DesiredTree, each: Changed) -> bool:
    """Whether a plan has to do with it.

    With `adopt: false` another manifest's mark stays as it is while the snapshot is as declared.
    """
    if each.changes and not desired.adopt:
        return not all(is_of_declaration(change) for change in each.changes)
    return bool(each.changes) or _is_adopted(desired, each.observed)


def _is_adopted(desired: DesiredTree, observed: Snapshot) -> bool:
    """Whether it becomes owned; without an embedded definition nothing can hold a mark."""
    return desired.adopt and not observed.owned and observed.has_domain


def surviving_parent(tree: Tree, snapshot: Snapshot, gone: frozenset[str]) -> str | None:
    """The nearest ancestor not in `gone`, where libvirt moves the snapshot; None for a root."""
    parent = snapshot.parent
    while parent in gone:
        parent = tree[parent].parent
    return parent


def ignored(desired: DesiredTree, name: str) -> bool:
    """Whether a glob under `ignore:` matches the name: the snapshot is another tool's."""
    return any(fnmatchcase(name, pattern) for pattern in desired.ignore)


def is_pruned(desired: DesiredTree, snapshot: Snapshot) -> bool:
    """Whether `prune:` asks for an undeclared snapshot to be deleted."""
    if ignored(desired, snapshot.name):
        return False
    match desired.prune:
        case Prune.NONE:
            return False
        case Prune.OWNED:
            return snapshot.owned
        case Prune.ALL:
            return True
