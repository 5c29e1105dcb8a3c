"""Who made each difference since the last apply: somebody on the host, git, or both.

What was applied is told by the marks alone: each holds hashes of the values that its entry
declared, and one mark of a tree holds hashes of all names that were declared (`Applied`). Three
sides are compared: applied, declared, observed. Where a mark says nothing of it, the origin is
UNKNOWN rather than guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from reconcile.diff.compare import is_of_declaration
from reconcile.diff.declaration import digest, labels_hash, short
from reconcile.diff.tree import Changed, Difference, compare
from reconcile.diff.view import with_observed
from reconcile.model.desired import DesiredSnapshot, DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.drift import Drift, DriftKind, Origin
from reconcile.model.plan import Change
from reconcile.model.snapshot import Applied, Mark, Snapshot
from reconcile.model.tree import Tree

FEW = 6  # fields of which every choice is tried, where a mark has no hash of each


def drift(desired: DesiredTree, domain: Domain) -> tuple[Drift, ...]:
    """Every difference between a tree and a domain, with its origin; data is not looked at."""
    difference = compare(desired, domain)
    base = _Base(desired, domain.tree, applied(domain.tree))
    return (
        *map(base.missing, difference.missing),
        *(each for changed in difference.changed for each in base.changed(changed)),
        *base.undeclared(difference),
        *base.moved(),
    )


def applied(tree: Tree) -> Applied | None:
    """The declaration of the last apply, as the newest mark that holds one tells; None without."""
    found = [each.mark.applied for each in tree if each.mark and each.mark.applied]
    return max(found, key=lambda each: each.serial, default=None)


def recorded(desired: DesiredTree, tree: Tree) -> Mark | None:
    """The mark of the tree's first root with all that is declared; None if it says so already.

    Also where no declared root is owned, so that there is no mark to write it to.
    """
    if desired.only_current:
        return _reset(desired, tree)
    found = (tree.get(each.name) for each in desired.snapshots if each.parent is None)
    root = next((each for each in found if each is not None and each.mark), None)
    if root is None or root.mark is None:
        return None
    names = tuple(sorted(short(each.name) for each in desired.snapshots))
    current = None if desired.current is None else short(desired.current.snapshot)
    last = applied(tree)
    made = Applied(1 + (last.serial if last else 0), names, current)
    if last is not None and last == root.mark.applied and _same(last, made):
        return None
    return replace(root.mark, applied=made)


def _reset(desired: DesiredTree, tree: Tree) -> Mark | None:
    """The mark that tells of the last apply, with the current snapshot of a reset in it."""
    last = applied(tree)
    holder = next((each for each in tree if each.mark and last and each.mark.applied == last), None)
    if desired.current is None or last is None or holder is None or holder.mark is None:
        return None
    current = short(desired.current.snapshot)
    if last.current == current:
        return None
    return replace(holder.mark, applied=Applied(last.serial + 1, last.names, current))


def _same(one: Applied, other: Applied) -> bool:
    return (one.names, one.current) == (other.names, other.current)


@dataclass(frozen=True, slots=True)
class _Base:
    """What differences are judged by; `applied` is None where no mark tells of the last apply."""

    desired: DesiredTree
    tree: Tree
    applied: Applied | None

    def missing(self, entry: DesiredSnapshot) -> Drift:
        origin = self._missing_origin(entry)
        return Drift(entry.name, "snapshot", entry.name, None, origin, DriftKind.MISSING)

    def _missing_origin(self, entry: DesiredSnapshot) -> Origin:
        if entry.renamed_from in self.tree:
            return Origin.GIT
        known = self._was_applied(entry.name)
        if known is None:
            return Origin.HOST if self._was_parent(entry.name) else Origin.UNKNOWN
        return Origin.HOST if known else Origin.GIT

    def _was_applied(self, name: str) -> bool | None:
        return None if self.applied is None else short(name) in self.applied.names

    def _was_parent(self, name: str) -> bool:
        """Whether some mark tells that its snapshot was declared below this one."""
        there = ("parent", short(name))
        return any(each.mark is not None and there in each.mark.fields for each in self.tree)

    def changed(self, changed: Changed) -> Iterator[Drift]:
        name, mark = changed.desired.name, changed.observed.mark
        if mark is None:
            known = self._was_applied(name)
            origin = Origin.UNKNOWN if known is not False else Origin.GIT
            yield from (_drift(name, each, origin) for each in changed.changes)
            if self.desired.adopt and changed.observed.has_domain:
                lost = Origin.HOST if known else origin
                yield Drift(name, "owned", "true", "false", lost, DriftKind.CHANGED)
            return
        judged = _origins(changed, mark)
        yield from (_drift(name, each, judged[each.field]) for each in changed.changes)

    def undeclared(self, difference: Difference) -> Iterator[Drift]:
        """What git had once and would have deleted, and with `prune: all` what others made."""
        gone = (*difference.surplus, *difference.protected, *difference.forgotten)
        for each in dict.fromkeys(gone):
            forgotten = each.name in self.desired.forget
            origin = Origin.GIT if each.owned or forgotten else Origin.HOST
            yield Drift(each.name, "snapshot", None, each.name, origin, DriftKind.UNDECLARED)

    def moved(self) -> Iterator[Drift]:
        """The current snapshot, where the declared one exists and is another."""
        wanted = self.desired.current
        observed = self.tree.current
        if wanted is None or wanted.snapshot == observed or wanted.snapshot not in self.tree:
            return
        origin = Origin.UNKNOWN
        if self.applied is not None:
            then = self.applied.current
            origin = _of_three(then, short(wanted.snapshot), short(observed))
        name = wanted.snapshot
        yield Drift(name, "current", name, observed, origin, DriftKind.MOVED)


def _drift(name: str, change: Change, origin: Origin) -> Drift:
    kind = DriftKind.MOVED if change.field == "parent" else DriftKind.CHANGED
    return Drift(name, change.field, change.desired, change.observed, origin, kind)


def _of_three(applied: str | None, declared: str, observed: str) -> Origin:
    """Hashes of one value on three sides; `applied` is None where it was not declared then."""
    if applied is None:
        return Origin.GIT
    if applied == declared:
        return Origin.HOST
    return Origin.GIT if applied == observed else Origin.BOTH


def _origins(changed: Changed, mark: Mark) -> Mapping[str, Origin]:
    """The origin of each change of a marked snapshot, by its field."""
    told = [each for each in changed.changes if not is_of_declaration(each)]
    git = {each.field: Origin.GIT for each in changed.changes}
    if mark.digest == digest(changed.desired):
        return {each.field: Origin.HOST for each in changed.changes}
    if mark.fields:
        return {**git, **{each.field: _field(changed, each, dict(mark.fields)) for each in told}}
    return {**git, **_by_digest(changed.desired, changed.observed, mark, told)}


def _field(changed: Changed, change: Change, then: Mapping[str, str]) -> Origin:
    if not change.field.startswith("labels."):
        return _of_three(then.get(change.field), short(change.desired), short(change.observed))
    mark = changed.observed.mark
    labels = labels_hash(mark.labels if mark else ())
    return _of_three(then.get("labels"), labels_hash(changed.desired.labels or ()), labels)


def _by_digest(
    desired: DesiredSnapshot, observed: Snapshot, mark: Mark, told: list[Change]
) -> Mapping[str, Origin]:
    """By a mark that has a digest alone: which fields, as observed, give the entry of then?

    Those git changed, the others the host. None does where both changed, or keys came or went.
    """
    parents = (each.observed for each in told if each.field == "parent")
    observed = replace(observed, parent=next(parents, observed.parent))  # as after the deletes
    names = [each.field for each in told][:FEW]
    for number in range(1, len(names) + 1):
        for some in combinations(names, number):
            if digest(with_observed(desired, observed, some)) == mark.digest:
                return {
                    each.field: Origin.GIT if each.field in some else Origin.HOST for each in told
                }
    return {each.field: Origin.UNKNOWN for each in told}
