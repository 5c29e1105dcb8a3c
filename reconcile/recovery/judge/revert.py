"""The verdict on a revert that failed or was cut off."""

from dataclasses import replace

from reconcile.model.domain import Disk, Domain
from reconcile.model.leftover import LostCurrent
from reconcile.recovery.call_context import Baseline, CallContext
from reconcile.recovery.deviations import deviations
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.leftovers import left_by_revert
from reconcile.recovery.verdicts import ChangedByOthers, Done, Failed, NotDone, PartlyDone, Verdict


def judge_revert(context: CallContext, evidence: Evidence) -> Verdict:
    """The verdict on a revert.

    A repeated revert changes nothing visible in the tree: the guest's process tells. One that
    libvirt answered with an error has failed for good, wherever it was: libvirt stops the guest
    first, and a snapshot taken off that was to be started is back on the disks (9.0.0, 11.3.0,
    12.8.0).
    """
    before, observed = context.before, evidence.domain
    left = left_by_revert(context, evidence)
    untouched = replace(before, disks=tuple(_real(d, context.baseline) for d in before.disks))
    same_process = context.baseline.process == evidence.process
    if same_process and not deviations(untouched, observed):
        return NotDone(left)
    if not deviations(context.after, observed):
        return Done(left)
    found = deviations(before, observed)
    if deviations(before, _as_before(observed, before)):
        return ChangedByOthers(found, left)
    notes = found or ("the guest was stopped",)
    left = (*left, *_lost_pointer(context, observed))
    return Failed(notes, left) if context.answered else PartlyDone(notes, left)


def _as_before(observed: Domain, before: Domain) -> Domain:
    """Without what a revert changes one after the other: run state, disks, current snapshot."""
    tree = observed.tree.with_current(before.tree.current)
    return replace(observed, state=before.state, disks=before.disks, tree=tree)


def _lost_pointer(context: CallContext, observed: Domain) -> tuple[LostCurrent, ...]:
    """Reverting to an external snapshot while none is current ends libvirtd 11.3.0 and 12.8.0."""
    current = context.before.tree.current
    if current is None or observed.tree.current is not None:
        return ()
    return (LostCurrent(current),)


def _real(disk: Disk, baseline: Baseline) -> Disk:
    """The disk on the file that it really lay on, where the rules have a stand-in."""
    return replace(disk, path=dict(baseline.paths).get(disk.target, disk.path))
