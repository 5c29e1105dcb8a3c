"""Verdicts on calls that failed or were cut off, by what the host shows, never guessed.

libvirt finishes a call whose client died; a libvirtd or QEMU that died leaves some calls between
their beginning and their end, each in its own way: an overlay or a tag without metadata, a part of
a memory file, a paused guest, a merge that must be finished. What the host shows is compared with
the domain before the call, with the one that the rules predict after it, and with these states.
"""

from typing import assert_never

from reconcile.model.action import Create, Delete, Redefine, Revert
from reconcile.recovery.call_context import CallContext
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.judge.create import judge_create
from reconcile.recovery.judge.delete import judge_delete
from reconcile.recovery.judge.redefine import judge_redefine
from reconcile.recovery.judge.revert import judge_revert
from reconcile.recovery.verdicts import Verdict


def judge(context: CallContext, evidence: Evidence) -> Verdict:
    """The verdict on a call of any action, by what the host shows after it."""
    match context.action:
        case Create():
            return judge_create(context, context.action, evidence)
        case Redefine():
            return judge_redefine(context, evidence)
        case Delete():
            return judge_delete(context, evidence)
        case Revert():
            return judge_revert(context, evidence)
    assert_never(context.action)
