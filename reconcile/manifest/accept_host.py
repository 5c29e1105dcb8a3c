"""The edits that make a manifest declare what a domain holds, and touch nothing that it does.

A difference is what a plan would take for one: what is not declared is not compared, what is
ignored is not added. What only git has changed, so that no more than a mark is behind, stays.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from reconcile.diff.compare import changes, is_of_declaration
from reconcile.diff.tree import compare, ignored
from reconcile.manifest.edits import (
    AddEntry,
    Edit,
    MoveEntry,
    RemoveEntry,
    RemoveKey,
    SetKey,
    Value,
)
from reconcile.manifest.import_tree import ImportedTree, declarable_description, import_tree
from reconcile.model.desired import DesiredSnapshot, DesiredTree, Prune
from reconcile.model.domain import Domain
from reconcile.model.plan import Change
from reconcile.model.snapshot import DiskKind, Snapshot

Head = Mapping[str, object]
"""The keys of the document without its entries, as its text has them."""


def accepting(desired: DesiredTree, domain: Domain, head: Head) -> tuple[Edit, ...]:
    """The edits in an order in which each can be made; none where the host is as declared."""
    imported = import_tree(domain)
    known = {entry.name for entry in imported.desired.snapshots}
    gone = {entry.name for entry in compare(desired, domain).missing}
    declared = {entry.name: entry for entry in desired.snapshots if entry.name not in gone}
    return tuple(
        chain(
            _forgets(desired, domain),
            _added(desired, domain, imported, declared, head),
            _changed(domain, declared, known),
            _current(desired, domain, known, head),
            _removed(desired, gone | (declared.keys() & domain.tree.snapshots.keys() - known)),
            _prune(desired, domain, declared.keys() | known),
        )
    )


def _forgets(desired: DesiredTree, domain: Domain) -> Iterator[Edit]:
    """What is to be forgotten and is still there."""
    left = tuple(name for name in desired.forget if name not in domain.tree)
    if left != desired.forget:
        yield SetKey(None, ("forget",), left) if left else RemoveKey(None, ("forget",))


def _added(
    desired: DesiredTree,
    domain: Domain,
    imported: ImportedTree,
    declared: Mapping[str, DesiredSnapshot],
    head: Head,
) -> Iterator[Edit]:
    """Snapshots that are not declared, parents first; what is below an ignored one is left out."""
    there, found = set(declared), head.get("defaults")
    defaults = found if isinstance(found, dict) else {}
    for entry in imported.desired.snapshots:
        placed = entry.parent is None or entry.parent in there
        if entry.name in there or not placed or ignored(desired, entry.name):
            continue
        there.add(entry.name)
        yield AddEntry(
            entry.name, entry.parent, dict(_keys(entry, domain.tree[entry.name], defaults))
        )


def _keys(
    entry: DesiredSnapshot, snapshot: Snapshot, defaults: Head
) -> Iterator[tuple[str, Value]]:
    """The keys of an entry that the defaults do not say, and those that say otherwise."""
    if entry.description is not None:
        yield "description", entry.description
    if entry.labels is not None:
        yield "labels", dict(entry.labels)
    if entry.protect is not None:
        yield "protect", entry.protect
    memory, given = str(snapshot.memory.kind), defaults.get("memory")
    if given != memory and (given or entry.memory):
        yield "memory", memory
    own = dict(_disks(entry, snapshot, defaults.get("disks")))
    if own:
        yield "disks", own


def _disks(
    entry: DesiredSnapshot, snapshot: Snapshot, defaults: object
) -> Iterator[tuple[str, Value]]:
    given = defaults if isinstance(defaults, dict) else {}
    for target in sorted({*given, *(disk.target for disk in entry.disks or ())}):
        found = snapshot.disk(target)
        kind = str(found.kind if found else DiskKind.NONE)
        if given.get(target) != kind:
            yield target, kind


def _changed(
    domain: Domain, declared: Mapping[str, DesiredSnapshot], known: Iterable[str]
) -> Iterator[Edit]:
    """Every field of a declared snapshot that is otherwise here, parents before children."""
    for snapshot in domain.tree.topological():
        entry = declared.get(snapshot.name)
        if entry is None or snapshot.name not in known:
            continue
        for change in changes(entry, snapshot, snapshot.parent):
            if not is_of_declaration(change):
                yield _edit(entry.name, change, snapshot)


def _edit(name: str, change: Change, snapshot: Snapshot) -> Edit:
    head, _, key = change.field.partition(".")
    match head:
        case "parent":
            return MoveEntry(name, snapshot.parent)
        case "description":
            text = snapshot.description
            keep = bool(text) and declarable_description(text)
            return SetKey(name, (head,), text) if keep else RemoveKey(name, (head,))
        case "protect":
            return SetKey(name, (head,), snapshot.protected)
        case "labels" | "disks" if change.observed is None:
            return RemoveKey(name, (head, key))
        case "labels" | "disks":
            return SetKey(name, (head, key), change.observed or "")
        case _:
            return SetKey(name, (head,), change.observed or "")


def _current(
    desired: DesiredTree, domain: Domain, known: Iterable[str], head: Head
) -> Iterator[Edit]:
    """Another current snapshot; its key goes where the host has none, or none to be declared."""
    wanted, here = desired.current, domain.tree.current
    if wanted is None or wanted.snapshot == here:
        return
    if here is None or here not in known or ignored(desired, here):
        yield RemoveKey(None, ("current",))
    else:
        short = isinstance(head.get("current"), str)
        yield SetKey(None, ("current",) if short else ("current", "snapshot"), here)


def _removed(desired: DesiredTree, names: Iterable[str]) -> Iterator[Edit]:
    """Entries of snapshots that are not here, children before parents."""
    gone = set(names)
    yield from (RemoveEntry(e.name) for e in reversed(desired.snapshots) if e.name in gone)


def _prune(desired: DesiredTree, domain: Domain, declared: Iterable[str]) -> Iterator[Edit]:
    """Nothing is deleted that no manifest can declare."""
    kept = {*declared}
    rest = [e for e in domain.tree if e.name not in kept and not ignored(desired, e.name)]
    if (desired.prune is Prune.ALL and rest) or (
        desired.prune is Prune.OWNED and any(each.owned for each in rest)
    ):
        yield SetKey(None, ("prune",), "none")
