"""Bringing declared snapshots that differ back to what is declared, by metadata alone."""

from reconcile.diff.declaration import mark
from reconcile.diff.tree import Changed
from reconcile.model.action import Redefine
from reconcile.model.desired import DesiredTree
from reconcile.model.plan import Change, Reason
from reconcile.plan.draft import Draft


def redefine_changed(draft: Draft, desired: DesiredTree, changed: tuple[Changed, ...]) -> Draft:
    """A redefine for each snapshot that differs in what a redefine can change."""
    for each in changed:  # parents first, so that no move makes a cycle
        action = _redefine(draft, desired, each)
        draft = draft.take(action, Reason.CHANGED, _adopting(each, each.changes))
    return draft


def _redefine(draft: Draft, desired: DesiredTree, each: Changed) -> Redefine:
    entry, observed = each.desired, draft.domain.tree[each.desired.name]
    moved = any(change.field == "parent" for change in each.changes)
    return Redefine(
        snapshot=entry.name,
        parent=entry.parent if moved else observed.parent,
        description=observed.description if entry.description is None else entry.description,
        mark=mark(entry, observed.mark, desired.revision),
    )


def _adopting(each: Changed, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Whatever we redefine becomes ours: said, since `prune:` follows from it."""
    if each.observed.owned:
        return changes
    return (*changes, Change("owned", "false", "true"))
