"""A domain and its host as `reconcile` itself observes them, for tests of observing."""

from reconcile.libvirt.connection import Connection
from reconcile.model.domain import Domain as Observed
from reconcile.model.host import Capabilities
from reconcile.observe.domain import observe_domain
from tests.lab.domain import Domain


def observed(domain: Domain) -> Observed:
    """The domain as `reconcile` sees it."""
    with Connection(domain.daemon.uri, readonly=True) as host:
        found = next(each for each in host.domains() if each.name == domain.name)
        return observe_domain(host.domain(found))


def capabilities(domain: Domain) -> Capabilities:
    """What the domain's host can do."""
    with Connection(domain.daemon.uri, readonly=True) as host:
        return host.capabilities()
