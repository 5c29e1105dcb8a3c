"""Replaced snapshots: a kind cannot be changed, so the snapshot is deleted and taken again."""

from dataclasses import replace

from reconcile.diff.tree import Difference
from reconcile.model.plan import Change
from reconcile.model.tree import Tree
from reconcile.plan.draft import Draft
from reconcile.rules.branch import descendants
from reconcile.rules.refusals import Code, refuse


def is_kind(change: Change) -> bool:
    """Whether a change is one of where the data lies, which no redefine can make."""
    return change.field == "memory" or change.field.startswith("disks")


def with_replaced(difference: Difference) -> tuple[Difference, frozenset[str]]:
    """The difference with snapshots of another kind both surplus and missing, and their names."""
    other = [each for each in difference.changed if any(map(is_kind, each.changes))]
    if not other:
        return difference, frozenset()
    names = frozenset(each.desired.name for each in other)
    missing = {entry.name: entry for entry in (*difference.missing, *(e.desired for e in other))}
    replaced = replace(
        difference,
        missing=tuple(missing.values()),
        changed=tuple(each for each in difference.changed if each.desired.name not in names),
        surplus=(*difference.surplus, *(each.observed for each in other)),
    )
    return replaced, names


def objections(
    draft: Draft, difference: Difference, names: frozenset[str]
) -> tuple[Draft, frozenset[str]]:
    """The draft with refusals to replace protected snapshots and those with children; their names.

    The snapshots of these names stay as they are.
    """
    tree, before = draft.domain.tree, len(draft.refusals)
    for snapshot in difference.surplus:
        if snapshot.name not in names:
            continue
        staying = _staying_children(tree, snapshot.name, difference)
        if staying:
            facts = {"children": ", ".join(staying), "branch": descendants(tree, snapshot.name)}
            draft = draft.refuse(refuse(Code.REPLACE_CHILDREN, snapshot.name, **facts))
        if snapshot.protected:
            draft = draft.refuse(refuse(Code.PROTECTED, snapshot.name, replaced=True))
    refused = (each.snapshot for each in draft.refusals[before:] if each.snapshot)
    return draft, frozenset(refused)


def _staying_children(tree: Tree, name: str, difference: Difference) -> list[str]:
    return [child for child in tree.children(name) if child not in difference.gone]
