"""The verdict on a delete that failed or was cut off."""

from dataclasses import replace

from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.leftover import StartedGuest
from reconcile.recovery.call_context import CallContext
from reconcile.recovery.deviations import deviations
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.leftovers import left_by_delete
from reconcile.recovery.unfinished_merge import disagreements, doubts, has_begun, lost_jobs
from reconcile.recovery.verdicts import (
    ChangedByOthers,
    Done,
    NotDone,
    PartlyDone,
    Undecided,
    Verdict,
)


def judge_delete(context: CallContext, evidence: Evidence) -> Verdict:
    """The verdict on a delete.

    Once the snapshot is gone libvirt is through with it; before, a merge may have begun.
    """
    found = deviations(context.after, evidence.domain)
    if not found:
        return Done(left_by_delete(context, evidence))
    if context.action.snapshot not in evidence.domain.tree:
        return ChangedByOthers(found, left_by_delete(context, evidence))
    notes = doubts(context, evidence)
    if notes:
        return Undecided(notes)
    lost_guest = context.before.active and evidence.domain.state is DomainState.SHUTOFF
    return (_without_guest if lost_guest else _still_there)(context, evidence)


def _without_guest(context: CallContext, evidence: Evidence) -> Verdict:
    """The guest went off: what has begun is judged as if it had been off; that it did is told."""
    was_off = replace(context, before=_off(context.before), after=_off(context.after))
    verdict = _still_there(was_off, evidence)
    if isinstance(verdict, NotDone):
        return ChangedByOthers(deviations(context.before, evidence.domain))
    return verdict


def _off(domain: Domain) -> Domain:
    return replace(domain, state=DomainState.SHUTOFF)


def _still_there(context: CallContext, evidence: Evidence) -> Verdict:
    """The snapshot is still there: not begun, or with all that is put right, partly done."""
    found = deviations(context.before, evidence.domain)
    shown = _without_merge(context, evidence.domain)
    left = disagreements(context, evidence)
    if deviations(context.before, _as_before(context, shown)):
        return ChangedByOthers(found, left)
    if not context.before.active and shown.active:
        return PartlyDone(found, (StartedGuest(),))
    if not left and (stuck := lost_jobs(evidence)):
        return Undecided(stuck)
    untagged = _untagged(context, evidence)
    if found or untagged or left:
        return PartlyDone((*found, *untagged), left)
    begun = has_begun(context, evidence)
    return PartlyDone(("the merge has begun",)) if begun else NotDone()


def _untagged(context: CallContext, evidence: Evidence) -> list[str]:
    name = context.action.snapshot
    return [
        f"{image} holds no internal snapshot {name} any more"
        for image in context.footprint.tagged
        if name not in evidence.tags.get(image, (name,))
    ]


def _without_merge(context: CallContext, observed: Domain) -> Domain:
    """Without what a merge shows while it is not over: flags, and disks already on the base."""
    unflagged = (replace(each, delete_in_progress=False) for each in observed.tree)
    disks = tuple(_as_if_unmoved(disk, context) for disk in observed.disks)
    jobs = context.before.block_jobs
    return replace(observed, tree=observed.tree.put(*unflagged), disks=disks, block_jobs=jobs)


def _as_if_unmoved(disk: Disk, context: CallContext) -> Disk:
    before, after = context.before.disk(disk.target), context.after.disk(disk.target)
    arrived = before and after and disk.path == after.path
    return replace(disk, path=before.path) if arrived and before else disk


def _as_before(context: CallContext, shown: Domain) -> Domain:
    """Without what deleting changes one file after the other: parents of children, run state."""
    tree = shown.tree
    moved = [
        replace(each, parent=context.before.tree[each.name].parent)
        for each in tree
        if each.name in context.before.tree and each.parent == _parent(context.after, each.name)
    ]
    paused = not context.before.active and shown.state is DomainState.PAUSED
    state = context.before.state if paused else shown.state
    return replace(shown, tree=tree.put(*moved), state=state)


def _parent(domain: Domain, name: str) -> str | None:
    found = domain.tree.get(name)
    return found.parent if found else None
