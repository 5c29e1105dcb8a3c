"""The files that hold each snapshot's data, and whom an operation on files would hurt.

libvirt has no such model, which is why plain calls can lose data (traps 1 to 5). An external
snapshot's data is the content of its base files as they were; an internal one's is a tag in a
file. Both lie on the base files of their external ancestors. libvirt's metadata is enough to know
all of these, as long as nobody moved the current pointer by hand (see `misplaced`).
"""

from collections.abc import Iterator

from reconcile.model.domain import Domain
from reconcile.model.file_effects import FileEffects
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.model.tree import Tree
from reconcile.rules import names


def hurt(tree: Tree, touch: FileEffects) -> tuple[str, str] | None:
    """The first snapshot by name that would lose its data, and the file; None without one.

    Each snapshot is asked for its own files, and for those of disks that its ancestors had left
    out. A snapshot whose data is lost already has none to lose. Not the first that libvirt lists:
    the order of a listing means nothing.
    """
    lost = ((each.name, _lost_files(tree, each, touch)) for each in tree if not each.data.lost)
    return min(((name, min(files)) for name, files in lost if files), default=None)


def _lost_files(tree: Tree, snapshot: Snapshot, touch: FileEffects) -> frozenset[str]:
    bases = frozenset((*_external_bases(snapshot), *_below(tree, snapshot)))
    tagged = frozenset(_tagged(snapshot))
    memory = {snapshot.memory.file} if snapshot.memory.file else set()
    removed = touch.removed & (bases | tagged | memory)
    return removed | touch.written & bases | touch.merged & tagged


def _tagged(snapshot: Snapshot) -> Iterator[str]:
    """The files that an internal snapshot's tags are in."""
    for disk in snapshot.disks:
        file = snapshot.base_file(disk.target)
        if disk.kind is DiskKind.INTERNAL and file:
            yield file


def _external_bases(snapshot: Snapshot) -> Iterator[str]:
    for disk in snapshot.disks:
        base = snapshot.base_file(disk.target)
        if disk.kind is DiskKind.EXTERNAL and base:
            yield base


def _below(tree: Tree, snapshot: Snapshot) -> Iterator[str]:
    """The files below those of a snapshot, on disks that an ancestor did not take itself.

    A revert to that ancestor starts overlays on them, too (11.3.0, 12.8.0), and what is taken after
    it lies on those. What an ancestor did take, it answers for itself.
    """
    taken = [disk.target for disk in snapshot.disks if disk.kind is not DiskKind.NONE]
    for target in taken:
        own = snapshot.base_file(target)
        for name in tree.ancestors(snapshot.name):
            below = tree[name].base_file(target)
            if below and below != own and not is_external(tree[name], target):
                yield below


def active(domain: Domain) -> frozenset[str]:
    """The files that the guest writes to."""
    return frozenset(d.path for d in domain.disks if d.path and not d.readonly)


def overlays(snapshot: Snapshot) -> tuple[str, ...]:
    """The overlays that were started on top of an external snapshot, as far as it lists them."""
    started = snapshot.revert_disks or snapshot.disks
    return tuple(d.file for d in started if d.kind is DiskKind.EXTERNAL and d.file)


def overlay_names(snapshot: Snapshot) -> frozenset[str]:
    """Every overlay that was ever started on top of a snapshot, as far as it lists them."""
    return frozenset(d.file for d in (*snapshot.disks, *snapshot.revert_disks) if d.file)


def misplaced(domain: Domain) -> tuple[str, str] | None:
    """A snapshot (or "the domain") that lies on an overlay of a snapshot it does not descend from.

    It comes about when the current pointer is moved without a revert (trap 1), or an external
    snapshot is given another parent (trap 4): the tree no longer tells which files depend on
    which.
    """
    tree, owners = domain.tree, _owners(domain.tree)
    for lying, parent, places in _places(domain):
        for target, file in places:
            if file in owners and not _may_lie(tree, parent, target, owners[file]):
                return lying, file
    return None


def _may_lie(tree: Tree, parent: str | None, target: str, owners: set[str]) -> bool:
    """A revert also starts overlays on disks that a snapshot had left out (11.3.0, 12.8.0).

    What lies on those came after the revert, what lies on others before it. A copy of a snapshot
    lists the overlays of both: they lie on the same data.
    """
    before = external_from(tree, parent, target)
    if before in owners or _started_from(tree, parent, target) in owners:
        return True
    return before is not None and any(tree[each].base == tree[before].base for each in owners)


def _places(domain: Domain) -> Iterator[tuple[str, str | None, tuple[tuple[str, str], ...]]]:
    """Who lies where, and the snapshot from which its overlays must come."""
    for snapshot in domain.tree.topological():
        yield snapshot.name, snapshot.parent, snapshot.base
    written = tuple((d.target, d.path) for d in domain.disks if d.path and not d.readonly)
    yield "the domain", domain.tree.current, written


def _owners(tree: Tree) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = {}
    for snapshot in tree:
        for file in overlay_names(snapshot):
            owners.setdefault(file, set()).add(snapshot.name)
    return owners


def external_from(tree: Tree, name: str | None, target: str) -> str | None:
    """The name of the snapshot, or of its nearest ancestor, that is external for this disk."""
    return next((each for each in tree.lineage(name) if is_external(tree[each], target)), None)


def _started_from(tree: Tree, name: str | None, target: str) -> str | None:
    """The same, where overlays that reverts started count, too."""
    return next((n for n in tree.lineage(name) if _has_overlay(tree[n], target)), None)


def is_external(snapshot: Snapshot, target: str) -> bool:
    """Whether the snapshot took this disk by a new overlay."""
    disk = snapshot.disk(target)
    return disk is not None and disk.kind is DiskKind.EXTERNAL


def _has_overlay(snapshot: Snapshot, target: str) -> bool:
    started = (*snapshot.disks, *snapshot.revert_disks)
    return any(d.target == target and d.kind is DiskKind.EXTERNAL for d in started)


def revert_overlay(domain: Domain, base: str) -> str:
    """A stand-in for the overlay that a revert starts: libvirt puts the second into its name.

    `matches` compares it with a real name.
    """
    stem, number = names.stem(base), 1
    taken = {file for snapshot in domain.tree for file in snapshot.files()} | active(domain)
    while f"{stem}.<{number}>" in taken:
        number += 1
    return f"{stem}.<{number}>"


def matches(expected: str | None, found: str | None) -> bool:
    """Whether a real file is the expected one, which may be a stand-in."""
    if expected is None or found is None or not expected.endswith(">"):
        return expected == found
    stem, _, _ = expected.rpartition(".<")
    prefix, _, epoch = found.rpartition(".")
    return prefix == stem and epoch.isdigit()
