"""Planning on hosts: observed, planned, and planned again with the facts that the plans need."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconcile.fleet.connections import Connections
from reconcile.libvirt.connection import Connection
from reconcile.model.host import Host
from reconcile.model.identity import DomainId, HostId
from reconcile.model.plan import DomainPlan
from reconcile.model.target import Target
from reconcile.observe.domain import observe_domain
from reconcile.observe.dumps import observe_dumps
from reconcile.observe.host_files import HostFiles
from reconcile.observe.image_graph import observe_images
from reconcile.observe.resources import observe_resources
from reconcile.plan.host_planner import DomainTask, draft_plans, plan_host
from reconcile.plan.preconditions import FactRequest


def plan_targets(targets: Iterable[Target], connections: Connections) -> tuple[DomainPlan, ...]:
    """The plans of several domains in their order, those of one host made together."""
    ordered = tuple(targets)
    by_host: dict[HostId, list[Target]] = {}
    for target in ordered:
        by_host.setdefault(target.id.host, []).append(target)
    plans: dict[DomainId, DomainPlan] = {}
    for host, some in by_host.items():
        made = plan_on(connections.of(host), some)
        plans.update(zip((target.id for target in some), made, strict=True))
    return tuple(plans[target.id] for target in ordered)


def plan_on(host: Connection, targets: Sequence[Target]) -> tuple[DomainPlan, ...]:
    """The plans of domains of one host, in their order. Raises HostError.

    Where the plans rely on images or write some they are made twice: which images those are only
    the plans can say, and what is true of those images only the host.
    """
    capabilities = host.capabilities()
    tasks = tuple(
        DomainTask(
            target.desired,
            observe_domain(host.domain(target.id)),
            Host(host.id, capabilities, dumps=observe_dumps(target.desired)),
        )
        for target in targets
    )
    drafts, asked = draft_plans(tasks)
    if asked == FactRequest() or capabilities.test_driver:
        return drafts
    images = observe_images(host, asked, [task.observed for task in tasks], HostFiles(host))
    resources = observe_resources(host, asked.resources)
    seen = (replace(task, host=replace(task.host, resources=resources)) for task in tasks)
    return plan_host(tuple(seen), drafts, images)
