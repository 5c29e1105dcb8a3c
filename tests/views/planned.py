"""Views of plans for small histories: what was there, what is declared, what is told of it."""

from dataclasses import replace

from reconcile.diff.declaration import mark
from reconcile.model.desired import DesiredSnapshot, DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.host import Host
from reconcile.model.plan import DomainPlan
from reconcile.plan.planner import plan_domain, plan_of
from reconcile.views.plan import DomainPlanView, plan_view
from tests.harness.identity import HERE
from tests.rules.notation import FORKY, PLACE


def owned(domain: Domain, *names: str) -> Domain:
    """The domain with these snapshots made by reconcile."""
    found = [domain.tree[name] for name in names]
    entries = [DesiredSnapshot(each.name, each.parent, PLACE) for each in found]
    marked = (
        replace(each, mark=mark(entry, None, None))
        for each, entry in zip(found, entries, strict=True)
    )
    return replace(domain, tree=domain.tree.put(*marked))


def foreign(domain: Domain, *names: str) -> Domain:
    """The domain with these snapshots made by somebody else."""
    others = (replace(domain.tree[name], mark=None) for name in names)
    return replace(domain, tree=domain.tree.put(*others))


def planned(domain: Domain, desired: DesiredTree) -> DomainPlan:
    """The plan for a domain of whose files nothing is asked."""
    return plan_domain(desired, domain, Host(HERE, FORKY))


def viewed(domain: Domain, desired: DesiredTree) -> DomainPlanView:
    """What is told of that plan."""
    (view,) = plan_view(plan_of([planned(domain, desired)])).domains
    return view
