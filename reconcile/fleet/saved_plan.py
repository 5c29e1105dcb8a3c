"""A saved plan made ready to be applied: planned again, and compared with what was reviewed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from reconcile.errors import HostError, OtherHostError, PlanFileError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.execute.domain_run import stale
from reconcile.fleet.access import HostAccess
from reconcile.fleet.connections import Connections
from reconcile.fleet.host_plan import plan_on
from reconcile.fleet.known_uri import known_host
from reconcile.libvirt.connection import Connection
from reconcile.model.identity import DomainId, HostId
from reconcile.model.outcome import DomainOutcome
from reconcile.model.plan import DomainPlan
from reconcile.model.target import Target
from reconcile.planfile.decode import SavedDomain, SavedPlan
from reconcile.planfile.encode import actions
from reconcile.planfile.shapes import Json
from reconcile.recovery.stale import moved

Prepared = DomainPlan | DomainOutcome
"""A domain that can be applied by its plan, or one that has ended: the host moved since."""


@contextmanager
def prepared_plan(
    saved: SavedPlan, access: HostAccess
) -> Iterator[tuple[tuple[Prepared, ...], Connections]]:
    """The domains of a saved plan, each planned again, over writable connections; a context.

    Hosts are reached as the plan says, or all as --connect says, which then must lead to the host
    that the plan was made for.
    Raises OtherHostError, UnknownUriError, UnlistedHostError, HostError, PlanFileError.
    """
    with Connections(access) as connections:
        planned = sorted({each.id.host for each in saved.domains}, key=lambda each: each.uri)
        hosts = {host: _opened(connections, host, access) for host in planned}
        ready = (_prepared(saved, each, hosts[each.id.host]) for each in saved.domains)
        yield tuple(ready), connections


def _opened(connections: Connections, planned: HostId, access: HostAccess) -> Connection:
    known = known_host(planned.uri, access)
    host = connections.open(known, readonly=False)
    if planned.server not in {host.id.server, host.uri, known.uri}:
        raise OtherHostError(host.id.server, planned.server)
    return host


def _prepared(saved: SavedPlan, each: SavedDomain, host: Connection) -> Prepared:
    target = Target(DomainId(host.id, each.id.uuid, each.id.name), each.declared)
    try:
        (made,) = plan_on(host, (target,))
    except HostError as error:
        if error.code != LibvirtCode.NO_DOMAIN:
            raise
        gone = DomainPlan(each.id, each.declared, each.observed, each.fingerprint)
        return stale(gone, ("the domain does not exist any more",))
    plan = _as_reviewed(made, each)
    notes = moved(each.observed, plan.observed)
    if notes:
        return stale(replace(plan, steps=(), refusals=(), expected=()), notes)
    if not _same(actions(plan), each.actions):
        what = f"this reconcile would plan other actions for {each.id.name} than it holds"
        raise PlanFileError(saved.file, what)
    return plan


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
