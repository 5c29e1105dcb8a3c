"""A saved plan made ready to be applied: planned again, and found to be what was reviewed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from reconcile.errors import HostError, PlanFileError
from reconcile.fleet.host_plan import plan_target
from reconcile.fleet.targets import Target
from reconcile.libvirt.connection import Connection
from reconcile.model.identity import DomainId, HostId
from reconcile.model.plan import DomainPlan
from reconcile.planfile.decode import SavedDomain, SavedPlan
from reconcile.planfile.encode import actions
from reconcile.recovery.stale import moved

DOMAIN_GONE = 42  # libvirt's NO_DOMAIN: undefined, or defined anew with another UUID


@dataclass(frozen=True, slots=True)
class PreparedDomain:
    """One domain, its plan, and what moved on the host since the plan was made."""

    job: Target
    plan: DomainPlan
    moved: tuple[str, ...] = ()


@contextmanager
def ready(saved: SavedPlan) -> Iterator[tuple[PreparedDomain, ...]]:
    """Every domain of the saved plan, with writable connections for as long as it lasts."""
    with ExitStack() as stack:
        uris = sorted({each.connect for each in saved.domains})
        hosts = {uri: stack.enter_context(Connection(uri, readonly=False)) for uri in uris}
        yield tuple(_ready(saved, each, hosts[each.connect]) for each in saved.domains)


def _ready(saved: SavedPlan, each: SavedDomain, host: Connection) -> PreparedDomain:
    job = Target(host, _id(host, each), each.declared)
    try:
        plan = plan_target(job)
    except HostError as error:
        if error.code != DOMAIN_GONE:
            raise
        return PreparedDomain(
            job, _unplanned(job.id, each), ("the domain does not exist any more",)
        )
    notes = moved(each.observed, plan.observed)
    if notes:
        return PreparedDomain(job, replace(plan, steps=(), refusals=(), expected=()), notes)
    if _unworded(actions(plan)) != _unworded(each.actions):
        what = f"this reconcile would plan other actions for {each.domain} than it holds"
        raise PlanFileError(saved.file, what)
    return PreparedDomain(job, plan)


def _unworded(document: object) -> object:
    """Actions as JSON without the notes on their calls: what is done, however it is worded."""
    if isinstance(document, list):
        return [_unworded(each) for each in document]
    if isinstance(document, dict):
        return {key: _unworded(value) for key, value in document.items() if key != "note"}
    return document


def _id(host: Connection, each: SavedDomain) -> DomainId:
    """By the host that answers; its URI as the plan has it, which its digest covers."""
    return DomainId(HostId(host.id.server, each.connect, host.id.uuid), each.uuid, each.domain)


def _unplanned(domain: DomainId, each: SavedDomain) -> DomainPlan:
    return DomainPlan(domain, each.declared, each.observed, each.fingerprint)
