"""Redefines of declared snapshots that differ in what metadata alone can change."""

from reconcile.diff.declaration import mark
from reconcile.diff.tree import Changed
from reconcile.model.action import Redefine
from reconcile.model.desired import DesiredSnapshot, DesiredTree
from reconcile.model.plan import Change, Reason
from reconcile.model.snapshot import Mark, Snapshot
from reconcile.plan.draft import Draft


def redefine_changed(draft: Draft, desired: DesiredTree, changed: tuple[Changed, ...]) -> Draft:
    """The draft with a redefine for each snapshot that differs in what a redefine can change."""
    for each in changed:  # parents first, so that no move makes a cycle
        action = _redefine(draft, desired, each)
        adopted = action.mark is not None and not each.observed.owned
        reason = Reason.ADOPT if adopted else Reason.CHANGED
        draft = draft.take(action, reason, _owning(each.changes) if adopted else each.changes)
    return draft


def _redefine(draft: Draft, desired: DesiredTree, each: Changed) -> Redefine:
    entry, observed = each.desired, draft.domain.tree[each.desired.name]
    moved = any(change.field == "parent" for change in each.changes)
    return Redefine(
        snapshot=entry.name,
        parent=entry.parent if moved else observed.parent,
        description=observed.description if entry.description is None else entry.description,
        mark=_mark(desired, entry, observed),
    )


def _mark(desired: DesiredTree, entry: DesiredSnapshot, observed: Snapshot) -> Mark | None:
    """With `adopt: false` none, but where labels or protection are declared: a mark holds them."""
    held = entry.labels is not None or entry.protect is not None
    if not (observed.owned or desired.adopt or held):
        return None
    return mark(entry, observed.mark, desired.revision)


def _owning(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """That a snapshot becomes owned is said, since `prune:` follows from it."""
    return (*changes, Change("owned", "false", "true"))
