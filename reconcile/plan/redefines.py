"""Bringing declared snapshots that differ back to what is declared, by metadata alone."""

from reconcile.diff.declaration import mark
from reconcile.diff.tree import Changed
from reconcile.model.action import Redefine
from reconcile.model.desired import DesiredTree
from reconcile.model.plan import Change, Reason, Refusal
from reconcile.plan.draft import Draft
from reconcile.rules.refusals import Code, refuse


def redefine_changed(draft: Draft, desired: DesiredTree, changed: tuple[Changed, ...]) -> Draft:
    """A redefine for each snapshot that differs; a kind that differs is refused."""
    for each in changed:  # parents first, so that no move makes a cycle
        kinds = [change for change in each.changes if _is_kind(change)]
        draft = draft.refuse(*(_kind_refusal(each, change) for change in kinds))
        rest = tuple(change for change in each.changes if not _is_kind(change))
        if rest:
            draft = draft.take(
                _redefine(draft, desired, each), Reason.CHANGED, _adopting(each, rest)
            )
    return draft


def _is_kind(change: Change) -> bool:
    return change.field == "memory" or change.field.startswith("disks")


def _kind_refusal(each: Changed, change: Change) -> Refusal:
    facts = {"field": change.field, "observed": change.observed, "desired": change.desired}
    return refuse(Code.KIND_DIFFERS, each.desired.name, **facts)


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
