"""The verdict on a redefine that failed or was cut off."""

from dataclasses import replace

from reconcile.recovery.call_context import CallContext
from reconcile.recovery.deviations import deviations
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.verdicts import ChangedByOthers, Done, NotDone, PartlyDone, Verdict


def judge_redefine(context: CallContext, evidence: Evidence) -> Verdict:
    """The verdict on a redefine.

    libvirt writes one file, or two where the pointer moves; repeating it finishes one of two.
    """
    observed = evidence.domain
    if not deviations(context.after, observed):
        return Done()
    found = deviations(context.before, observed)
    if not found:
        return NotDone()
    pointed = context.after.tree.with_current(observed.tree.current)
    if deviations(replace(context.after, tree=pointed), observed):
        return ChangedByOthers(found)
    return PartlyDone(("the metadata is written, the current pointer is not moved",))
