"""Domains held against their manifests: what differs, by whom, and what lies below the metadata."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconcile.diff.data import data_drift
from reconcile.diff.origin import drift
from reconcile.diff.tree import compare
from reconcile.fleet.connections import Connections
from reconcile.libvirt.connection import Connection
from reconcile.model.domain import Domain
from reconcile.model.drift import Drift
from reconcile.model.identity import HostId
from reconcile.model.images import ImageGraph
from reconcile.model.snapshot import Snapshot
from reconcile.model.target import Target
from reconcile.observe.domain import observe_domain
from reconcile.observe.host_files import HostFiles
from reconcile.observe.image_graph import observe_images
from reconcile.plan.preconditions import FactRequest
from reconcile.rules.health import examined


@dataclass(frozen=True, slots=True)
class DomainDrift:
    """What differs in one domain; `unmanaged` are undeclared snapshots that are left alone."""

    target: Target
    observed: Domain
    differences: tuple[Drift, ...]
    unmanaged: tuple[Snapshot, ...]


def drift_of(targets: Iterable[Target], connections: Connections) -> tuple[DomainDrift, ...]:
    """What differs in each domain, in order of host and name. Raises HostError."""
    by_host: dict[HostId, list[Target]] = {}
    for target in targets:
        by_host.setdefault(target.id.host, []).append(target)
    found = [
        each for host, some in by_host.items() for each in _drift_on(connections.of(host), some)
    ]
    return tuple(sorted(found, key=_order))


def _order(found: DomainDrift) -> tuple[str, str]:
    return found.target.id.host.uri, found.target.id.name


def _drift_on(host: Connection, targets: Sequence[Target]) -> Iterable[DomainDrift]:
    domains = [observe_domain(host.domain(target.id)) for target in targets]
    images = _images(host, domains)
    for target, domain in zip(targets, domains, strict=True):
        seen = examined(domain, images)
        yield DomainDrift(
            target,
            seen,
            (*drift(target.desired, seen), *data_drift(target.desired, seen, images)),
            tuple(seen.tree[name] for name in compare(target.desired, seen).unmanaged),
        )


def _images(host: Connection, domains: Sequence[Domain]) -> ImageGraph:
    """Every image that a domain or one of its snapshots names, with those below and the tags."""
    if host.capabilities().test_driver:
        return ImageGraph()
    paths = {path for domain in domains for each in domain.tree for path in each.files()}
    request = FactRequest(paths=tuple(sorted(paths)), chains=True)
    return observe_images(host, request, domains, HostFiles(host))
