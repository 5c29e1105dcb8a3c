"""What can be done with one snapshot here and now, without a manifest: revert, delete, forget."""

from collections.abc import Iterator

from reconcile.model.action import Action, Delete, Revert
from reconcile.model.desired import DesiredTree, Position, Prune
from reconcile.model.domain import Domain
from reconcile.model.host import Host
from reconcile.model.identity import DomainId
from reconcile.model.plan import DomainPlan, Reason, Refusal, Step
from reconcile.model.possibility import Possibility
from reconcile.plan.draft import Draft
from reconcile.plan.preconditions import (
    FactRequest,
    PlanBase,
    objections,
    request,
    unseen,
    unshared,
)
from reconcile.plan.ways_out import open_ways
from reconcile.rules.health import examined
from reconcile.rules.refusals import Code, refuse

NOBODY = DesiredTree((), Position("", 0, 0), prune=Prune.NONE)
"""A tree that declares nothing and leaves everything as it is."""


def possibilities(observed: Domain, snapshot: str, host: Host) -> tuple[Possibility, ...]:
    """Revert, delete and forget, each judged by itself on the domain as it is.

    Approvals are not asked for: the hazards of each step say which it would need.
    """
    domain = examined(observed, host.images)
    actions = (Revert(snapshot), Delete(snapshot), Delete(snapshot, metadata_only=True))
    return tuple(_possibility(each, domain, host) for each in actions)


def facts_for(found: tuple[Possibility, ...], host: Host) -> FactRequest:
    """Facts about the host that are worth asking for before these judgements are believed."""
    asked = FactRequest(sharing=True, chains=True)
    for each in found:
        if each.step is not None and each.after is not None:
            asked |= request(_plan(each, each.step, each.after, host))
    return asked


def _plan(found: Possibility, step: Step, after: Domain, host: Host) -> DomainPlan:
    domain = DomainId(host.id, found.before.uuid, found.before.name)
    return DomainPlan(domain, NOBODY, found.before, "", (step,), expected=(after,))


def _possibility(action: Action, domain: Domain, host: Host) -> Possibility:
    draft = Draft(domain, host.capabilities, host.images).take(action, Reason.UNDECLARED)
    base = PlanBase(domain, host)
    refused = (
        *_kept(action, draft.domain, domain),
        *draft.refusals,
        *objections(draft.steps, draft.expected, base),
    )
    if refused:
        told = (open_ways(each, NOBODY, domain, host.capabilities) for each in refused)
        return Possibility(action, domain, refusals=tuple(told))
    hidden = () if host.capabilities.test_driver else tuple(_hidden(draft, base))
    return Possibility(action, domain, draft.steps[0], draft.domain, notes=hidden)


def _kept(action: Action, after: Domain, before: Domain) -> Iterator[Refusal]:
    """What no plan does, though libvirt would: delete what is protected, or the last snapshot."""
    if not isinstance(action, Delete):
        return
    if before.tree[action.snapshot].protected:
        facts = {"renamed": None, "same": None, "gone": action.snapshot}
        yield refuse(Code.PROTECTED, action.snapshot, **facts)
    if not action.metadata_only and not after.tree:
        yield refuse(Code.EMPTIES_TREE, None, last=action.snapshot)


def _hidden(draft: Draft, base: PlanBase) -> Iterator[str]:
    yield from dict.fromkeys(
        (*unseen(draft.steps, draft.expected, base), *unshared(draft.steps, base))
    )
