"""The overview of a host: one value for each domain, from one look at it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reconcile.fleet.observed_host import ObservedHost
from reconcile.model.domain import Domain
from reconcile.model.identity import DomainId
from reconcile.model.overview import DomainOverview, HeldSpace
from reconcile.observe.host_files import HostFiles
from reconcile.rules.domain_findings import Limits, domain_findings
from reconcile.rules.file_effects import tagged
from reconcile.rules.health import chain_length


def overview(host: ObservedHost, limits: Limits) -> Iterator[DomainOverview]:
    """Each domain that is still there when it is read; no image is opened. Raises HostError."""
    for found in host.each(lambda domain: _found(host, domain, limits)):
        size = None if host.capabilities.test_driver else _size(host.files, found.files)
        held = replace(found.overview.held, size=size if found.files else 0)
        yield replace(found.overview, held=held)


@dataclass(frozen=True, slots=True)
class _Found:
    """What one domain says, and the files whose sizes are still to be looked at."""

    overview: DomainOverview
    files: frozenset[str]


def _found(host: ObservedHost, domain: Domain, limits: Limits) -> _Found:
    tree = domain.tree
    named = {file for snapshot in tree for file in snapshot.files()}
    made = DomainOverview(
        id=DomainId(host.connection.id, domain.uuid, domain.name),
        state=domain.state,
        snapshots=len(tree),
        owned=sum(each.owned for each in tree),
        current=tree.current,
        depth=max((chain_length(domain, disk) for disk in domain.disks if disk.path), default=0),
        oldest=min((each.created for each in tree), default=None),
        held=HeldSpace(inside=any(True for each in tree for _ in tagged(each))),
        findings=sum(1 for _ in domain_findings(domain, host.capabilities, limits)),
    )
    return _Found(made, frozenset(named - {disk.path for disk in domain.disks}))


def _size(files: HostFiles, paths: Iterable[str]) -> int | None:
    """Allocated bytes of these files, each counted once; None where one cannot be seen."""
    sizes: dict[object, int] = {}
    for path in paths:
        if not files.sees(path):
            return None
        name, identity = files.same_file(path)
        sizes[identity or name] = files.allocated(path) or 0
    return sum(sizes.values())
