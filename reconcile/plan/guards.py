"""Guards between a legal plan and an allowed one: limits, approvals, images, the end."""

from collections.abc import Iterator

from reconcile.diff.tree import compare
from reconcile.model.action import Delete
from reconcile.model.desired import DesiredTree
from reconcile.model.plan import Change, Refusal
from reconcile.plan.draft import Draft
from reconcile.plan.preconditions import PlanBase, objections
from reconcile.rules.refusals import Code, or_none, refuse


def guard(draft: Draft, desired: DesiredTree, site: PlanBase) -> Draft:
    """The draft with a refusal for each step that must not be taken though libvirt would."""
    refused = draft.refuse(
        *_limits(draft, desired),
        *_approvals(draft, desired),
        *objections(draft.steps, draft.expected, site),
    )
    return refused if refused.refusals else refused.refuse(*_end(draft, desired))


def _limits(draft: Draft, desired: DesiredTree) -> Iterator[Refusal]:
    deletes = [step.action for step in draft.steps if isinstance(step.action, Delete)]
    count = sum(not action.metadata_only for action in deletes)
    if count > desired.limits.deletes:
        yield refuse(Code.DELETE_LIMIT, None, count=count, limit=desired.limits.deletes)
    asked = not draft.refusals or not desired.snapshots  # else what is refused would be there
    if count and not draft.domain.tree and asked:
        yield refuse(Code.EMPTIES_TREE, None, last=deletes[-1].snapshot)


def _approvals(draft: Draft, desired: DesiredTree) -> Iterator[Refusal]:
    for step in draft.steps:
        for hazard in step.hazards:
            if hazard.needs_approval and hazard not in desired.allow:
                facts = {"action": step.action.kind, "hazard": hazard}
                yield refuse(Code.APPROVAL_NEEDED, step.action.snapshot, **facts)


def _end(draft: Draft, desired: DesiredTree) -> Iterator[Refusal]:
    """A plan is only returned as executable when its simulation ends at desired."""
    left = compare(desired, draft.domain)
    wanted, current = desired.current, draft.domain.tree.current
    if wanted is not None and wanted.snapshot != current:
        change = Change("current", or_none(current), wanted.snapshot)
        yield _not_as_declared(wanted.snapshot, change)
    for each in left.changed:
        for change in each.changes:
            yield _not_as_declared(each.desired.name, change)
    for entry in left.missing:
        yield _not_as_declared(entry.name, Change("the snapshot", "missing", "present"))
    for snapshot in left.surplus:
        yield _not_as_declared(snapshot.name, Change("the snapshot", "present", "absent"))


def _not_as_declared(name: str, change: Change) -> Refusal:
    facts = {"observed": change.observed, "desired": change.desired}
    return refuse(Code.NOT_AS_DECLARED, name, field=change.field, **facts)
