"""Redefines: the few fields that reconcile owns in a snapshot's metadata change, all else stays."""

from dataclasses import replace

from reconcile.model.action import Redefine
from reconcile.model.domain import Domain
from reconcile.model.host import Dump
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import Snapshot
from reconcile.model.tree import Tree
from reconcile.rules import checks
from reconcile.rules.refusals import Code, or_none, refuse
from reconcile.rules.way_templates import Facts

LONGEST_DESCRIPTION = 64 * 1024  # bytes; libvirt does not load metadata above 1 MiB again

_PARENT = "its parent there is"

Data = tuple[tuple[tuple[str, str], ...], ...]


def redefine(domain: Domain, action: Redefine) -> Domain | Refusal:
    """The domain after the redefine, or the first refusal of it."""
    if action.dump is not None:
        return _restored(domain, action, action.dump)
    source = action.copy_of or action.snapshot
    snapshot = domain.tree.get(source)
    if snapshot is None:
        code = Code.COPY_MISSING if action.copy_of else Code.SNAPSHOT_GONE
        return refuse(code, action.snapshot, source=source)
    objections = (
        _copy(domain.tree, snapshot, action) if action.copy_of else None,
        _content(snapshot, action),
        _move(domain.tree, snapshot, action),
        _pointer(domain.tree, action) if action.current else None,
    )
    return checks.first(objections) or redefined(domain, snapshot, action)


def _restored(domain: Domain, action: Redefine, dump: Dump) -> Domain | Refusal:
    """Metadata that was lost, from its own full dump: parents first, of this very domain."""
    name, file = action.snapshot, action.file
    if name in domain.tree:
        return refuse(Code.NAME_TAKEN, name)
    if action.parent is not None and action.parent not in domain.tree:
        return refuse(Code.PARENT_REFUSED, name, parent=action.parent, restored=True)
    why = _wrong_dump(domain, action, dump)
    if why is not None:
        there = dump.snapshot.parent if why.startswith(_PARENT) else None
        other = not why.startswith(_PARENT)
        facts = {"there": there, "other": other, "root": not other and there is None}
        return refuse(Code.DUMP_WRONG, name, file=file, why=why, **facts)
    pointer = action.current and domain.tree.current is not None
    objection = _pointer(domain.tree, action) if pointer else None
    return objection or _content(dump.snapshot, action) or redefined(domain, dump.snapshot, action)


def _wrong_dump(domain: Domain, action: Redefine, dump: Dump) -> str | None:
    if dump.snapshot.name != action.snapshot:
        return f"it holds snapshot {dump.snapshot.name}"
    if not dump.is_of(domain.uuid):
        return f"it belongs to a domain with the UUID {dump.domain}"
    if dump.snapshot.parent != action.parent:
        return f"{_PARENT} {or_none(dump.snapshot.parent)}"
    return None


def rewritten(domain: Domain, action: Redefine) -> Domain:
    """The domain after the redefine, whatever the rules say; LookupError without a snapshot."""
    if action.dump is not None:
        return redefined(domain, action.dump.snapshot, action)
    return redefined(domain, domain.tree[action.copy_of or action.snapshot], action)


def redefined(domain: Domain, snapshot: Snapshot, action: Redefine) -> Domain:
    """The entry that the redefine makes of `snapshot`, and the current pointer after it."""
    entry = replace(
        snapshot,
        name=action.snapshot,
        parent=action.parent,
        description=action.description,
        mark=action.mark,
    )
    tree = domain.tree.put(entry)
    return replace(domain, tree=_pointed(tree, entry) if action.current else tree)


def _pointed(tree: Tree, entry: Snapshot) -> Tree:
    """Moving the pointer makes libvirt forget the revert overlays of the one it leaves (trap 2)."""
    left = tree.get(tree.current)
    if left is not None and left.revert_disks:
        tree = tree.put(replace(left, revert_disks=()))
    return tree.with_current(entry.name)


def _copy(tree: Tree, source: Snapshot, action: Redefine) -> Refusal | None:
    """A second entry for the same data: only external data can be found under another name."""
    if action.snapshot in tree:
        return refuse(Code.NAME_TAKEN, action.snapshot)
    if not source.external:
        facts = {"source": source.name, "key": "clone-of"}
        return refuse(Code.COPY_INTERNAL, action.snapshot, **facts)
    missing = action.parent is not None and action.parent not in tree
    if missing or _lies_on(tree, action.parent) != _lies_on(tree, source.parent):
        place: Facts = {"parent": source.parent, "root": source.parent is None}
        return refuse(Code.COPY_ELSEWHERE, action.snapshot, source=source.name, **place)
    return None


def _content(snapshot: Snapshot, action: Redefine) -> Refusal | None:
    if not snapshot.has_domain:
        return refuse(Code.NO_EMBEDDED_DOMAIN, action.snapshot)
    if len(action.description.encode()) > LONGEST_DESCRIPTION:
        return refuse(Code.METADATA_TOO_LONG, action.snapshot)
    return None


def _move(tree: Tree, snapshot: Snapshot, action: Redefine) -> Refusal | None:
    """A snapshot may move between parents whose external data it lies on is the same.

    Moving it elsewhere switches off libvirt's protection of branches (trap 4).
    """
    if action.parent == snapshot.parent:
        return None
    facts = {"observed": or_none(snapshot.parent), "desired": or_none(action.parent)}
    if action.parent is not None and action.parent not in tree:
        return refuse(Code.PARENT_REFUSED, snapshot.name, parent=action.parent, moved=True)
    if _lies_on(tree, snapshot.parent) != _lies_on(tree, action.parent):
        return refuse(Code.REPARENT_EXTERNAL, snapshot.name, **facts)
    below = snapshot.name in tree.lineage(action.parent)
    return refuse(Code.PARENT_CYCLE, snapshot.name, **facts) if below else None


def _lies_on(tree: Tree, name: str | None) -> Data:
    """The base files of the external snapshots that a child of this one lies on."""
    way = (tree[each] for each in tree.lineage(name))
    return tuple(each.base for each in way if each.external)


def _pointer(tree: Tree, action: Redefine) -> Refusal | None:
    """Trap 1: with external snapshots libvirt later removes files by where the pointer is.

    A copy of the current snapshot is where the pointer was.
    """
    outside = next((each.name for each in tree.topological() if each.external), None)
    if outside is None or tree.current in {action.snapshot, action.copy_of}:
        return None
    return refuse(Code.POINTER_EXTERNAL, action.snapshot, external=outside)
