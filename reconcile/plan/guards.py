"""What stands between a legal plan and an allowed one: protection, limits, approvals, the end."""

from collections.abc import Iterator

from reconcile.diff.tree import Difference, compare
from reconcile.model.action import Delete
from reconcile.model.desired import DesiredTree, RevertWhen
from reconcile.model.plan import Refusal
from reconcile.plan.draft import Draft
from reconcile.rules.refusals import Code, or_none, refuse


def guard(draft: Draft, desired: DesiredTree, difference: Difference) -> Draft:
    """The draft with a refusal for everything that must not be, however legal its steps are."""
    refused = draft.refuse(
        *(refuse(Code.PROTECTED, snapshot.name) for snapshot in difference.protected),
        *_limits(draft, desired),
        *_approvals(draft, desired),
        *_forget(draft, desired),
        *_current(draft, desired),
    )
    return refused if refused.refusals else refused.refuse(*_end(draft, desired))


def _limits(draft: Draft, desired: DesiredTree) -> Iterator[Refusal]:
    count = sum(isinstance(step.action, Delete) for step in draft.steps)
    if count > desired.limits.deletes:
        yield refuse(Code.DELETE_LIMIT, None, count=count, limit=desired.limits.deletes)
    if count and not draft.domain.tree:
        yield refuse(Code.EMPTIES_TREE, None)


def _approvals(draft: Draft, desired: DesiredTree) -> Iterator[Refusal]:
    for step in draft.steps:
        for hazard in step.hazards:
            if hazard.needs_approval and hazard not in desired.allow:
                facts = {"action": type(step.action).__name__.lower(), "hazard": hazard}
                yield refuse(Code.APPROVAL_NEEDED, step.action.snapshot, **facts)


def _forget(draft: Draft, desired: DesiredTree) -> Iterator[Refusal]:
    for name in desired.forget:
        if name in draft.domain.tree:
            yield refuse(Code.NOT_YET, name, key="forget")


def _current(draft: Draft, desired: DesiredTree) -> Iterator[Refusal]:
    wanted, observed = desired.current, draft.domain.tree.current
    if wanted is None:
        return
    if wanted.revert is RevertWhen.ALWAYS:
        yield refuse(Code.NOT_YET, wanted.snapshot, key="current.revert: always")
    elif wanted.snapshot != observed:
        facts = {"observed": or_none(observed), "desired": wanted.snapshot}
        yield refuse(Code.CURRENT_DIFFERS, wanted.snapshot, **facts)


def _end(draft: Draft, desired: DesiredTree) -> Iterator[Refusal]:
    """A plan is only returned as executable when its simulation ends at desired."""
    left = compare(desired, draft.domain.tree)
    for each in left.changed:
        for change in each.changes:
            facts = {"observed": change.observed, "desired": change.desired}
            yield refuse(Code.NOT_AS_DECLARED, each.desired.name, field=change.field, **facts)
    for entry in left.missing:
        facts = {"field": "the snapshot", "observed": "missing", "desired": "present"}
        yield refuse(Code.NOT_AS_DECLARED, entry.name, **facts)
    for snapshot in left.surplus:
        facts = {"field": "the snapshot", "observed": "present", "desired": "absent"}
        yield refuse(Code.NOT_AS_DECLARED, snapshot.name, **facts)
