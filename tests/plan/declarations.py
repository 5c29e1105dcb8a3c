"""The declaration that leads the planner to one action on a domain."""

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.desired import (
    Current,
    DesiredSnapshot,
    DesiredTree,
    Limits,
    RevertWhen,
    Via,
)
from reconcile.model.domain import Domain
from reconcile.model.hazard import NEED_APPROVAL
from tests.properties.wishes import as_it_is, parents_first
from tests.rules.notation import PLACE


def declaration(now: Domain, action: Action) -> DesiredTree:
    """The tree as it is but for what the action does, all hazards approved."""
    wanted = replace(as_it_is(now), allow=NEED_APPROVAL, limits=Limits(99))
    match action:
        case Create():
            return replace(with_entry(wanted, _taken(action)), allow_paths=("/",))
        case Delete(snapshot=name, metadata_only=metadata_only):
            forget = (name,) if metadata_only else ()
            return replace(without(wanted, name), forget=forget)
        case Revert(snapshot=name, run_state=state):
            return replace(wanted, current=Current(name, RevertWhen.ALWAYS, run_state=state))
        case Redefine(snapshot=name, current=True):
            return replace(wanted, current=Current(name, via=Via.POINTER))
        case Redefine(dump=dump):
            current = Current(action.snapshot) if dump is not None else None
            return replace(with_entry(wanted, _redefined(action)), current=current)
    assert_never(action)


def with_entry(tree: DesiredTree, entry: DesiredSnapshot) -> DesiredTree:
    """The tree with this entry in place of the one of its name, or as one more."""
    entries = {each.name: each for each in tree.snapshots} | {entry.name: entry}
    return replace(tree, snapshots=tuple(parents_first(entries.values())))


def without(tree: DesiredTree, name: str) -> DesiredTree:
    """The tree without an entry; what lay below it lies below its parent."""
    return replace(tree, snapshots=tuple(_without(tree, name)))


def _without(tree: DesiredTree, name: str) -> Iterator[DesiredSnapshot]:
    parents = {each.name: each.parent for each in tree.snapshots}
    for each in tree.snapshots:
        if each.name != name:
            yield replace(each, parent=parents[name]) if each.parent == name else each


def _taken(action: Create) -> DesiredSnapshot:
    return DesiredSnapshot(
        action.snapshot,
        action.parent,
        PLACE,
        memory=action.memory,
        disks=action.disks,
        capture=action.capture,
    )


def _redefined(action: Redefine) -> DesiredSnapshot:
    return DesiredSnapshot(
        action.snapshot,
        action.parent,
        PLACE,
        description=action.description,
        clone_of=action.copy_of,
        redefine_from=action.file,
    )
