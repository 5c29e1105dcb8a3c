"""The diagnosis of one host and of some of its domains, read-only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconcile.fleet.observed_host import ObservedHost
from reconcile.fleet.unfinished import unfinished
from reconcile.journal.left_behind import LeftBehind
from reconcile.journal.store import Store
from reconcile.model.diagnosis import Diagnosis, DomainDiagnosis
from reconcile.model.domain import Domain
from reconcile.model.finding import Finding
from reconcile.model.identity import DomainId
from reconcile.model.images import ImageGraph
from reconcile.model.leftover import UnknownFile, UnknownMemory, UnknownOverlay
from reconcile.observe.image_graph import observe_images
from reconcile.observe.unknown_files import unknown_files
from reconcile.plan.abilities import abilities
from reconcile.plan.preconditions import FactRequest
from reconcile.qemu_img.image import is_installed
from reconcile.rules.domain_findings import Limits, domain_findings
from reconcile.rules.health import examined, findings
from reconcile.rules.host_findings import no_qemu_img, unknown_file, unread_chains
from reconcile.rules.image_findings import image_findings
from reconcile.rules.operations import operations


def diagnose(host: ObservedHost, store: Store, limits: Limits) -> Diagnosis:
    """What the host can do, and what is found of it and of the domains that were asked for.

    Raises HostError.
    """
    domains = tuple(host.domains())
    images = _images(host, domains)
    seen = not host.capabilities.test_driver and host.files.anywhere
    unknown = _unknown(host, images, domains) if seen else ()
    site = _Site(host, images, unknown, LeftBehind(store), limits)
    return Diagnosis(
        host=host.connection.id,
        driver=host.capabilities.driver,
        version=host.capabilities.version,
        files_seen=seen,
        operations=operations(host.capabilities),
        findings=tuple(_of_host(site, domains)),
        domains=tuple(_diagnosis(site, domain) for domain in domains),
    )


@dataclass(frozen=True, slots=True)
class _Site:
    """What every domain's diagnosis is made from."""

    host: ObservedHost
    images: ImageGraph
    unknown: tuple[UnknownFile, ...]
    left: LeftBehind
    limits: Limits


def _images(host: ObservedHost, domains: tuple[Domain, ...]) -> ImageGraph:
    """The graph of the whole host, with the tags of every image that one of the domains names."""
    if host.capabilities.test_driver:
        return ImageGraph()
    paths = tuple(sorted({path for domain in domains for path in _named(domain)}))
    request = FactRequest(paths=paths, images=paths, sharing=True, chains=True)
    return observe_images(host.connection, request, domains, host.files)


def _named(domain: Domain) -> Iterator[str]:
    yield from domain.images
    for snapshot in domain.tree:
        yield from snapshot.files()


def _unknown(
    host: ObservedHost, images: ImageGraph, domains: Iterable[Domain]
) -> tuple[UnknownFile, ...]:
    paths = [path for domain in domains for path in _named(domain)]
    return unknown_files(host.files, images, paths)


def _of_host(site: _Site, domains: tuple[Domain, ...]) -> Iterator[Finding]:
    """Findings that belong to none of the domains that were asked for."""
    if not site.host.capabilities.test_driver and not is_installed():
        yield no_qemu_img()
    yield from unread_chains(site.images.unread)
    of_domains = {id(each) for domain in domains for each in _own_files(site, domain)}
    yield from (unknown_file(each) for each in site.unknown if id(each) not in of_domains)


def _diagnosis(site: _Site, domain: Domain) -> DomainDiagnosis:
    seen = examined(domain, site.images)
    host = site.host.value(site.images)
    own = DomainId(host.id, domain.uuid, domain.name)
    return DomainDiagnosis(
        own,
        domain.state,
        abilities(seen, host),
        (
            *unfinished(own, site.left),
            *findings(seen, site.images),
            *image_findings(seen, site.images),
            *(unknown_file(each) for each in _own_files(site, domain)),
            *domain_findings(seen, host.capabilities, site.limits),
        ),
    )


def _own_files(site: _Site, domain: Domain) -> Iterator[UnknownFile]:
    """The unknown files that lie on the domain's images or hold its memory."""
    for found in site.unknown:
        match found:
            case UnknownOverlay(_, base):
                users = site.images.users(base)
                if users and users[0].domain == domain.uuid:
                    yield found
            case UnknownMemory(_, uuid):
                if uuid == domain.uuid:
                    yield found
