"""Redefining: changing the few fields we own in a snapshot's metadata, and nothing else."""

from dataclasses import replace

from reconcile.model.action import Redefine
from reconcile.model.domain import Domain
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import Snapshot
from reconcile.model.tree import Tree
from reconcile.rules import checks
from reconcile.rules.refusals import Code, or_none, refuse

LONGEST_DESCRIPTION = 64 * 1024  # bytes; libvirt does not load metadata above 1 MiB again


def redefine(domain: Domain, action: Redefine) -> Domain | Refusal:
    """The domain with the snapshot's description, mark and parent as given."""
    snapshot = domain.tree.get(action.snapshot)
    if snapshot is None:
        return refuse(Code.SNAPSHOT_GONE, action.snapshot)
    objections = (_content(snapshot, action), _move(domain.tree, snapshot, action))
    pointer = _pointer(domain.tree, action) if action.current else None
    refusal = checks.first((*objections, pointer))
    return refusal or _redefined(domain, snapshot, action)


def _content(snapshot: Snapshot, action: Redefine) -> Refusal | None:
    if not snapshot.has_domain:
        return refuse(Code.NO_EMBEDDED_DOMAIN, action.snapshot)
    if len(action.description.encode()) > LONGEST_DESCRIPTION:
        return refuse(Code.METADATA_TOO_LONG, action.snapshot)
    return None


def _move(tree: Tree, snapshot: Snapshot, action: Redefine) -> Refusal | None:
    """An internal snapshot's data is a tag and stays where it is, whatever its parent is.

    An external one's lies on its ancestors' files: moving it switches off libvirt's protection of
    branches (trap 4). So does moving anything between different external ancestors.
    """
    if action.parent == snapshot.parent:
        return None
    facts = {"observed": or_none(snapshot.parent), "desired": or_none(action.parent)}
    if snapshot.external or _bases(tree, snapshot.parent) != _bases(tree, action.parent):
        return refuse(Code.REPARENT_EXTERNAL, snapshot.name, **facts)
    if action.parent is not None and action.parent not in tree:
        return refuse(Code.PARENT_REFUSED, snapshot.name, parent=action.parent)
    if action.parent is not None and snapshot.name in (
        action.parent,
        *tree.ancestors(action.parent),
    ):
        return refuse(Code.PARENT_CYCLE, snapshot.name, **facts)
    return None


def _bases(tree: Tree, name: str | None) -> tuple[str, ...]:
    """The external snapshots that a child of this one lies on."""
    if name is None or name not in tree:
        return ()
    return tuple(each for each in (name, *tree.ancestors(name)) if tree[each].external)


def _pointer(tree: Tree, action: Redefine) -> Refusal | None:
    """Trap 1: with external snapshots libvirt later removes files by where the pointer is."""
    outside = next((each.name for each in tree.topological() if each.external), None)
    if outside is None or tree.current == action.snapshot:
        return None
    return refuse(Code.POINTER_EXTERNAL, action.snapshot, external=outside)


def _redefined(domain: Domain, snapshot: Snapshot, action: Redefine) -> Domain:
    changed = replace(
        snapshot, parent=action.parent, description=action.description, mark=action.mark
    )
    tree = domain.tree.put(changed)
    return replace(domain, tree=tree.with_current(snapshot.name) if action.current else tree)
