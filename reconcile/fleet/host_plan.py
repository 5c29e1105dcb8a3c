"""Planning on hosts: observed, planned, and planned again with the facts that the plans need."""

from collections.abc import Iterable
from dataclasses import replace

from reconcile.fleet.targets import Target
from reconcile.libvirt.connection import Connection
from reconcile.model.host import Host
from reconcile.model.plan import DomainPlan
from reconcile.observe.domain import observe_domain
from reconcile.observe.dumps import observe_dumps
from reconcile.observe.host_files import HostFiles
from reconcile.observe.image_graph import observe_images
from reconcile.observe.resources import observe_resources
from reconcile.plan.host_planner import DomainTask, draft_plans, plan_host
from reconcile.plan.preconditions import FactRequest


def plan_targets(targets: Iterable[Target]) -> tuple[DomainPlan, ...]:
    """The plans of several domains in their order, those of one host made together."""
    ordered = tuple(targets)
    by_host: dict[Connection, list[int]] = {}
    for index, target in enumerate(ordered):
        by_host.setdefault(target.host, []).append(index)
    plans: dict[int, DomainPlan] = {}
    for host, indexes in by_host.items():
        made = _plan_on(host, [ordered[index] for index in indexes])
        plans.update(zip(indexes, made, strict=True))
    return tuple(plans[index] for index in range(len(ordered)))


def plan_target(target: Target) -> DomainPlan:
    """The plan of one domain alone."""
    (plan,) = plan_targets((target,))
    return plan


def _plan_on(host: Connection, targets: list[Target]) -> tuple[DomainPlan, ...]:
    """Twice where the plans rely on images or write some.

    Which images those are only the plans can say, and what is true of them only the host.
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
