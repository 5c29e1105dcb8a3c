"""The step that makes the declared snapshot current: a revert, or bare metadata."""

from reconcile.model.action import Redefine, Revert
from reconcile.model.desired import Current, DesiredTree, RevertWhen, Via
from reconcile.model.plan import Change, Reason
from reconcile.model.snapshot import Snapshot
from reconcile.plan.draft import Draft
from reconcile.rules.refusals import Code, or_none, refuse


def make_current(draft: Draft, desired: DesiredTree) -> Draft:
    """The draft with the step that `current` asks for, if one is needed."""
    wanted = desired.current
    if wanted is None:
        return draft
    target = draft.domain.tree.get(wanted.snapshot)
    there = draft.domain.tree.current == wanted.snapshot
    if target is None and desired.only_current:
        return draft.refuse(refuse(Code.SNAPSHOT_GONE, wanted.snapshot, source=wanted.snapshot))
    if target is None or (there and wanted.revert is not RevertWhen.ALWAYS):
        return draft  # a missing one has its refusal already
    return _move(draft, wanted, target, there=there)


def _move(draft: Draft, wanted: Current, target: Snapshot, *, there: bool) -> Draft:
    change = Change("current", draft.domain.tree.current, wanted.snapshot)
    if wanted.revert is RevertWhen.NEVER:
        observed = or_none(draft.domain.tree.current)
        facts = {"observed": observed, "desired": wanted.snapshot}
        return draft.refuse(refuse(Code.CURRENT_DIFFERS, wanted.snapshot, **facts))
    if wanted.via is Via.POINTER:
        return draft if there else draft.take(_pointer(target), Reason.CURRENT, (change,))
    reason = Reason.ALWAYS if there else Reason.CURRENT
    return draft.take(_revert(wanted), reason, () if there else (change,))


def _revert(wanted: Current) -> Revert:
    return Revert(
        snapshot=wanted.snapshot,
        run_state=wanted.run_state,
        force=wanted.force,
        reset_nvram=wanted.reset_nvram,
    )


def _pointer(target: Snapshot) -> Redefine:
    return Redefine(target.name, target.parent, target.description, target.mark, current=True)
