"""A saved plan made ready to be applied: planned again, and found to be what was reviewed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from reconcile.errors import HostError, OtherHostError, PlanFileError
from reconcile.fleet.host_plan import plan_target
from reconcile.fleet.known_uri import require_known
from reconcile.fleet.targets import Target
from reconcile.libvirt.connection import Connection
from reconcile.model.identity import DomainId, HostId
from reconcile.model.plan import DomainPlan
from reconcile.planfile.decode import SavedDomain, SavedPlan
from reconcile.planfile.encode import actions
from reconcile.planfile.shapes import Json
from reconcile.recovery.stale import moved

DOMAIN_GONE = 42  # libvirt's NO_DOMAIN: undefined, or defined anew with another UUID


@dataclass(frozen=True, slots=True)
class PreparedDomain:
    """One domain, its plan, and what moved on the host since the plan was made."""

    target: Target
    plan: DomainPlan
    moved: tuple[str, ...] = ()


@contextmanager
def ready(saved: SavedPlan, uri: str | None) -> Iterator[tuple[PreparedDomain, ...]]:
    """Every domain of the saved plan, with writable connections for as long as it lasts.

    Hosts are reached as the plan says, or all by `uri`, which then must lead to the host that the
    plan was made for. Raises OtherHostError, UnknownUriError, HostError, PlanFileError.
    """
    with ExitStack() as stack:
        planned = {each.id.host for each in saved.domains}
        hosts = {
            host: _opened(stack, host, uri) for host in sorted(planned, key=lambda each: each.uri)
        }
        yield tuple(_ready(saved, each, hosts[each.id.host]) for each in saved.domains)


def _opened(stack: ExitStack, planned: HostId, uri: str | None) -> Connection:
    require_known(planned.uri, uri)
    host = stack.enter_context(Connection(uri or planned.uri, readonly=False))
    if planned.server not in {host.id.server, host.uri, uri or planned.uri}:
        raise OtherHostError(host.id.server, planned.server)
    return host


def _ready(saved: SavedPlan, each: SavedDomain, host: Connection) -> PreparedDomain:
    target = Target(host, DomainId(host.id, each.id.uuid, each.id.name), each.declared)
    try:
        plan = _as_reviewed(plan_target(target), each)
    except HostError as error:
        if error.code != DOMAIN_GONE:
            raise
        gone = DomainPlan(each.id, each.declared, each.observed, each.fingerprint)
        return PreparedDomain(target, gone, ("the domain does not exist any more",))
    notes = moved(each.observed, plan.observed)
    if notes:
        return PreparedDomain(target, replace(plan, steps=(), refusals=(), expected=()), notes)
    if not _same(actions(plan), each.actions):
        what = f"this reconcile would plan other actions for {each.id.name} than it holds"
        raise PlanFileError(saved.file, what)
    return PreparedDomain(target, plan)


def _as_reviewed(plan: DomainPlan, each: SavedDomain) -> DomainPlan:
    """The digest of a plan covers the URI that it was made with."""
    host = replace(plan.id.host, uri=each.id.host.uri)
    return replace(plan, id=replace(plan.id, host=host))


def _same(made: list[Json], saved: list[Json]) -> bool:
    """Whether these are the actions that were shown, by all that the file says of each."""
    return len(made) == len(saved) and all(
        {key: _unworded(each.get(key)) for key in was} == _unworded(was)
        for each, was in zip(made, saved, strict=True)
    )


def _unworded(document: Json) -> Json:
    """Actions without the notes on their calls: what is done, however it is worded."""
    if isinstance(document, list):
        return [_unworded(each) for each in document]
    if isinstance(document, dict):
        return {key: _unworded(value) for key, value in document.items() if key != "note"}
    return document
