"""The plans of all domains of one host: each sees what the others' steps do to the host's images.

Domains are applied side by side, so no plan may rely on another one's step: what one claims is
refused to all others, in whatever order they are named.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.host import Host
from reconcile.model.images import Claim, ImageGraph
from reconcile.model.plan import DomainPlan
from reconcile.plan.planner import plan_domain
from reconcile.plan.preconditions import FactRequest, request
from reconcile.rules.images import claims

PASSES = 5  # a plan that gives way to another one's claim may claim other files in turn

Claims = frozenset[tuple[str, Claim]]


@dataclass(frozen=True, slots=True)
class DomainTask:
    """One domain of a host to plan for: its tree and its state; `host` holds its full dumps."""

    desired: DesiredTree
    observed: Domain
    host: Host


def draft_plans(tasks: Sequence[DomainTask]) -> tuple[tuple[DomainPlan, ...], FactRequest]:
    """The plans before any image is known, and the facts that are worth asking for them."""
    plans = tuple(plan_domain(task.desired, task.observed, task.host) for task in tasks)
    asked = FactRequest()
    for plan in plans:
        asked |= request(plan)
    return plans, asked


def plan_host(
    tasks: Sequence[DomainTask], drafts: Iterable[DomainPlan], images: ImageGraph
) -> tuple[DomainPlan, ...]:
    """The plans with all that is known of the host's images, in order of the tasks."""
    plans = tuple(drafts)
    known: Claims = frozenset()
    for _ in range(PASSES):
        found = known.union(_claims(plans))
        plans = tuple(
            _planned(task, images.with_claims(sorted(found, key=_order))) for task in tasks
        )
        if found.issuperset(_claims(plans)):
            break
        known = found
    return plans


def _planned(task: DomainTask, images: ImageGraph) -> DomainPlan:
    return plan_domain(
        task.desired, _with_chains(task.observed, images), replace(task.host, images=images)
    )


def _claims(plans: Iterable[DomainPlan]) -> Iterator[tuple[str, Claim]]:
    for plan in plans:
        for step in plan.steps:
            yield from claims(plan.observed, step.action, step.files)


def _order(claim: tuple[str, Claim]) -> tuple[str, str, str, bool]:
    path, made = claim
    return path, made.domain, made.user, made.creates


def _with_chains(domain: Domain, images: ImageGraph) -> Domain:
    """The domain with the images below its disks, where no definition names them to the end."""
    if domain.active:
        return domain
    disks = (
        disk
        if disk.path is None or disk.chain_told
        else replace(disk, backing=images.below(disk.path) or ())
        for disk in domain.disks
    )
    return replace(domain, disks=tuple(disks))
