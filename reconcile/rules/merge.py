"""The domain that a delete leaves: the tree without the snapshot, the files merged or gone.

The effects that `rules.delete` permits; also which files they touch, which it needs to judge them.
"""

from collections.abc import Iterator
from dataclasses import replace

from reconcile.model.domain import Disk, Domain
from reconcile.model.file_effects import FileEffects
from reconcile.model.host import Capabilities
from reconcile.model.snapshot import DiskKind, Snapshot, SnapshotDisk
from reconcile.model.source import Source
from reconcile.model.tree import Tree
from reconcile.rules import files


def without(tree: Tree, gone: Snapshot) -> Tree:
    """The tree without a snapshot: children and the current pointer move to its parent."""
    moved = (replace(tree[name], parent=gone.parent) for name in tree.children(gone.name))
    current = gone.parent if tree.current == gone.name else tree.current
    return tree.put(*moved).drop(gone.name).with_current(current)


def forgotten(tree: Tree, gone: Snapshot) -> Tree:
    """The tree without a snapshot's metadata, whose data stays.

    With its only child gone, a parent's revert overlays become its overlays, whatever moves up.
    """
    left = without(tree, gone)
    parent = left.get(gone.parent)
    if parent is None or not parent.revert_disks or len(tree.children(parent.name)) > 1:
        return left
    return left.put(replace(parent, disks=parent.revert_disks, revert_disks=()))


def is_active(tree: Tree, gone: Snapshot) -> bool:
    """Whether the domain runs on top of the snapshot."""
    return gone.name in tree.lineage(tree.current)


def overlays_of(snapshot: Snapshot) -> list[SnapshotDisk]:
    """The external disks of a snapshot."""
    return [disk for disk in snapshot.disks if disk.kind is DiskKind.EXTERNAL]


def touch(domain: Domain, gone: Snapshot, host: Capabilities) -> FileEffects:
    """The effects on files of a delete: overlays of the active chain are merged, others removed.

    A leaf outside the active chain takes the overlays it lies on with it, of the disks that its
    parent is external for (11.3.0, 12.8.0). A clone shares its overlay with a snapshot of the
    active chain: libvirt before 9.9 goes by files alone, and merges there too.
    """
    tree = domain.tree
    memory = {gone.memory.file} if gone.memory.file else set()
    bases = {base for disk in overlays_of(gone) if (base := gone.base_file(disk.target))}
    chain = files.active(domain) if host.external_revert else _chain(domain)
    if is_active(tree, gone) or chain.intersection(files.overlays(gone)):
        merged = frozenset(disk.file for disk in overlays_of(gone) if disk.file)
        return FileEffects(removed=frozenset(memory), written=frozenset(bases), merged=merged)
    return FileEffects(removed=frozenset(memory.union(_taken_along(tree, gone))))


def _taken_along(tree: Tree, gone: Snapshot) -> Iterator[str]:
    parent = tree.get(gone.parent)
    for disk in overlays_of(gone) if parent is not None else ():
        base = gone.base_file(disk.target)
        if base and parent is not None and files.is_external(parent, disk.target):
            yield base


def _chain(domain: Domain) -> frozenset[str]:
    """The files the domain runs on, as far as the tree tells."""
    tree = domain.tree
    below = (file for name in tree.lineage(tree.current) for _, file in tree[name].base)
    return files.active(domain).union(below)


def merged(domain: Domain, gone: Snapshot) -> Domain:
    """The domain after a snapshot's overlays were merged; what lay on one lies on its base."""
    if not is_active(domain.tree, gone):
        return replace(domain, tree=forgotten(domain.tree, gone))
    committed = {disk.file: gone.base_file(disk.target) for disk in overlays_of(gone) if disk.file}
    tree = without(domain.tree, gone)
    moved = (_rebased(each, gone, committed) for each in tree if _lies_on(each, committed))
    disks = tuple(_settled(disk, gone, committed) for disk in domain.disks)
    return replace(domain, tree=tree.put(*moved), disks=disks)


def _lies_on(snapshot: Snapshot, committed: dict[str, str | None]) -> bool:
    """Not only children: a descendant that left a disk out lies on the same file of it."""
    return any(file in committed for _, file in snapshot.base)


def _rebased(snapshot: Snapshot, gone: Snapshot, committed: dict[str, str | None]) -> Snapshot:
    moved = {target for target, file in snapshot.base if file in committed}
    base = tuple((target, committed.get(file) or file) for target, file in snapshot.base)
    formats = tuple(
        (target, gone.base_format(target) or form if target in moved else form)
        for target, form in snapshot.formats
    )
    sources = {**dict(snapshot.sources), **{target: gone.source(target) for target in moved}}
    encrypted = (
        *set(snapshot.definition.encrypted).difference(moved),
        *moved.intersection(gone.definition.encrypted),
    )
    return replace(
        snapshot,
        base=base,
        formats=formats,
        sources=tuple(each for each in sources.items() if each[1] is not Source.FILE),
        definition=replace(snapshot.definition, encrypted=tuple(sorted(encrypted))),
    )


def _settled(disk: Disk, gone: Snapshot, committed: dict[str, str | None]) -> Disk:
    """The active disk falls back to the base, or loses one image of its chain."""
    base = committed.get(disk.path) if disk.path is not None else None
    if base is not None:
        return replace(
            disk,
            path=base,
            source=gone.source(disk.target),
            format=gone.base_format(disk.target) or disk.format,
            encrypted=disk.target in gone.definition.encrypted,
            backing=disk.backing[1:],
        )
    return replace(disk, backing=tuple(file for file in disk.backing if file not in committed))
