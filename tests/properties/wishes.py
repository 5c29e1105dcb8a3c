"""Random declarations: what is observed, with some of it edited, left out or added."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import strategies as st

from reconcile.diff.declaration import mark
from reconcile.model.desired import (
    Current,
    DesiredSnapshot,
    DesiredTree,
    Limits,
    Prune,
    RevertWhen,
    RunState,
)
from reconcile.model.domain import Domain
from reconcile.model.hazard import NEED_APPROVAL
from reconcile.model.snapshot import DiskKind, Memory, MemoryKind, Snapshot, SnapshotDisk
from reconcile.model.tree import Tree
from tests.properties.choices import chosen
from tests.rules.notation import PLACE

FORGOTTEN = ((), (), (), ("A",), ("B", "C", "D"))
ADDED = ("new-1", "new-2", "new-3")


def entry(snapshot: Snapshot) -> DesiredSnapshot:
    """The entry that declares everything about a snapshot as it is."""
    disks = tuple(SnapshotDisk(disk.target, disk.kind) for disk in snapshot.disks)
    return DesiredSnapshot(
        snapshot.name,
        snapshot.parent,
        PLACE,
        description=snapshot.description,
        labels=snapshot.mark.labels if snapshot.mark else None,
        protect=snapshot.protected if snapshot.mark else None,
        memory=Memory(snapshot.memory.kind),
        disks=disks,
    )


def as_it_is(domain: Domain) -> DesiredTree:
    """The declaration of a domain's tree as it stands, which adopts nothing."""
    entries = tuple(entry(snapshot) for snapshot in domain.tree.topological())
    return DesiredTree(("web01",), PLACE, adopt=False, snapshots=entries)


def marked(domain: Domain) -> Domain:
    """The domain with the marks that applying its own declaration would leave."""
    owned = (
        replace(each, mark=mark(entry(each), each.mark, None)) for each in domain.tree if each.owned
    )
    return replace(domain, tree=domain.tree.put(*owned))


@st.composite
def ownerships(draw: st.DrawFn, domain: Domain) -> Domain:
    """Some snapshots are somebody else's, some are protected."""
    kinds = ("owned", "owned", "owned", "foreign", "protected")
    own = (_own(each, chosen(draw, kinds)) for each in domain.tree)
    return replace(domain, tree=domain.tree.put(*own))


def _own(snapshot: Snapshot, kind: str) -> Snapshot:
    if snapshot.mark is None or kind == "owned":
        return snapshot
    kept = replace(snapshot.mark, protect=True)
    return replace(snapshot, mark=kept if kind == "protected" else None)


@st.composite
def wishes(draw: st.DrawFn, domain: Domain) -> DesiredTree:
    """A declaration for a domain: some of what it has, some of it changed, some more."""
    kept = [each for each in domain.tree.topological() if chosen(draw, range(4))]
    entries = [edited(draw, entry(each)) for each in kept]
    for name in chosen(draw, [(), ADDED[:1], ADDED[:2], ADDED]):
        entries.append(addition(draw, name, [each.name for each in entries], domain))
    if entries and chosen(draw, range(4)) == 0:
        entries = renamed(entries, chosen(draw, entries).name)
    names = [each.name for each in entries]
    return DesiredTree(
        ("web01",),
        PLACE,
        prune=chosen(draw, [Prune.OWNED, Prune.OWNED, Prune.ALL, Prune.NONE]),
        ignore=chosen(draw, [(), (), ("A",), ("[BC]",)]),
        forget=tuple(name for name in chosen(draw, FORGOTTEN) if name not in names),
        allow=chosen(draw, [NEED_APPROVAL, NEED_APPROVAL, frozenset()]),
        limits=Limits(chosen(draw, [9, 9, 2])),
        current=current(draw, names),
        snapshots=tuple(parents_first(entries)),
    )


def edited(draw: st.DrawFn, one: DesiredSnapshot) -> DesiredSnapshot:
    """The entry as it is, less said, or something else said."""
    match chosen(draw, range(10)):
        case 0 | 1:
            return replace(
                one, description=None, labels=None, protect=None, memory=None, disks=None
            )
        case 2:
            return replace(one, description="edited")
        case 3:
            return replace(one, labels=(("tier", "golden"),))
        case 4:
            return replace(one, disks=tuple(other_kind(disk) for disk in one.disks or ()))
        case 5:
            return replace(one, protect=chosen(draw, (False, True)))
        case _:
            return one


def renamed(entries: list[DesiredSnapshot], old: str) -> list[DesiredSnapshot]:
    """One entry under a new name, and its children below that."""
    new = f"{old}-renamed"
    below = [replace(each, parent=new) if each.parent == old else each for each in entries]
    return [replace(e, name=new, renamed_from=old) if e.name == old else e for e in below]


def other_kind(disk: SnapshotDisk) -> SnapshotDisk:
    """Internal where it was external, and the other way round."""
    other = {DiskKind.INTERNAL: DiskKind.EXTERNAL, DiskKind.EXTERNAL: DiskKind.INTERNAL}
    return SnapshotDisk(disk.target, other.get(disk.kind, disk.kind))


def addition(draw: st.DrawFn, name: str, parents: list[str], domain: Domain) -> DesiredSnapshot:
    """A new entry below any other, of one kind or of libvirt's choice."""
    parent = chosen(draw, parents) if parents else None
    sources = [each.name for each in domain.tree if each.external and each.parent == parent]
    if bool(sources) and chosen(draw, (False, True)):
        return DesiredSnapshot(name, parent, PLACE, clone_of=chosen(draw, sources))
    kind = chosen(draw, [None, DiskKind.INTERNAL, DiskKind.EXTERNAL, DiskKind.EXTERNAL])
    targets = [disk.target for disk in domain.disks if disk.snapshotable]
    disks = tuple(SnapshotDisk(target, kind) for target in targets) if kind else None
    memory = Memory(MemoryKind.EXTERNAL) if kind is DiskKind.EXTERNAL else None
    taken = chosen(draw, [None, None, memory])
    return DesiredSnapshot(name, parent, PLACE, memory=taken, disks=disks)


def current(draw: st.DrawFn, names: list[str]) -> Current | None:
    """No word about the current snapshot, or any of them in any way."""
    if not names or chosen(draw, (False, True)):
        return None
    return Current(
        chosen(draw, names),
        revert=chosen(draw, list(RevertWhen)),
        run_state=chosen(draw, list(RunState)),
    )


def parents_first(entries: Iterable[DesiredSnapshot]) -> list[DesiredSnapshot]:
    """The entries in the order a manifest is read to; those whose parent is gone become roots."""
    by_name = {each.name: each for each in entries}
    rooted = (
        each if each.parent in by_name else replace(each, parent=None) for each in by_name.values()
    )
    depths = {each.name: each for each in rooted}
    return sorted(depths.values(), key=lambda each: _depth(each, depths))


def _depth(one: DesiredSnapshot, all_of_them: dict[str, DesiredSnapshot]) -> int:
    depth = 0
    while one.parent is not None:
        one, depth = all_of_them[one.parent], depth + 1
    return depth


def listed_backwards(domain: Domain) -> Domain:
    """The same domain, everything in its tree listed in another order."""
    turned = (
        replace(
            each, disks=each.disks[::-1], base=each.base[::-1], revert_disks=each.revert_disks[::-1]
        )
        for each in reversed(list(domain.tree))
    )
    return replace(domain, tree=Tree.of(turned, domain.tree.current))
