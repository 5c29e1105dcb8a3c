"""One host looked at without manifests: the way in of commands such as `list` and `show`.

    with observed_host(terminal.access, ("web*",)) as host:
        for row in host.each(row_of):          # row_of(domain) is called in a thread for each
            ...
        domain = host.domain(host.ids[0])      # one domain alone
        graph = host.images((domain,))         # its images, and who else of the host lies on them

The connection is read-only. Nothing is read before it is asked for.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from typing import TypeVar

from reconcile.errors import HostError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.fleet.access import HostAccess
from reconcile.fleet.domain_arguments import selected_domains
from reconcile.libvirt.connection import CALLS_AT_ONCE, Connection
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities, Host
from reconcile.model.identity import DomainId
from reconcile.model.images import ImageGraph
from reconcile.observe.domain import observe_domain
from reconcile.observe.host_files import HostFiles
from reconcile.observe.image_graph import observe_images
from reconcile.plan.preconditions import FactRequest
from reconcile.rules.file_effects import tagged

Row = TypeVar("Row")

NOTHING_MORE = FactRequest()


class ObservedHost:
    """A host and those of its domains that a command is about: `ids`, by name.

    Every method raises HostError for libvirt's error, and HostXmlError for XML that makes no sense.
    """

    def __init__(self, connection: Connection, ids: tuple[DomainId, ...]) -> None:
        self.connection = connection
        self.ids = ids

    @cached_property
    def capabilities(self) -> Capabilities:
        """What the host can do, asked once."""
        return self.connection.capabilities()

    @cached_property
    def files(self) -> HostFiles:
        """The host's files, as far as they can be seen from here; what was seen is kept."""
        return HostFiles(self.connection)

    def domain(self, domain: DomainId) -> Domain:
        """One domain as it is now. HostError has the code NO_DOMAIN where it is gone."""
        return observe_domain(self.connection.domain(domain))

    def each(self, make: Callable[[Domain], Row]) -> Iterator[Row]:
        """What `make` makes of each domain, in order of `ids`; several domains are read at once.

        A domain that is gone by the time it is read is left out. No domain is kept.
        """

        def made(domain: DomainId) -> tuple[Row, ...]:
            observed = self._if_there(domain)
            return () if observed is None else (make(observed),)

        with ThreadPoolExecutor(CALLS_AT_ONCE - 1, thread_name_prefix="observe") as pool:
            for some in pool.map(made, self.ids):
                yield from some

    def domains(self) -> Iterator[Domain]:
        """Each domain as it is now, in order of `ids`; one that is gone is left out."""
        for domain in self.ids:
            observed = self._if_there(domain)
            if observed is not None:
                yield observed

    def images(self, domains: Iterable[Domain], more: FactRequest = NOTHING_MORE) -> ImageGraph:
        """All that can be seen of the images of these domains, with every use on the host.

        Reads all domains of the host, and every image that one of these names, with its tags;
        `more` asks for other facts, too.
        Empty on the test driver, which has no images. `rules.health.examined` holds a domain
        against it.
        """
        known = tuple(domains)
        if self.capabilities.test_driver:
            return ImageGraph()
        tags = {image for each in known for one in each.tree for _, image in tagged(one)}
        disks = {disk.path for each in known for disk in each.disks if disk.path}
        paths = {file for each in known for one in each.tree for file in one.files()}
        request = FactRequest(
            paths=tuple(sorted(paths | disks)),
            images=tuple(sorted(tags)),
            sharing=True,
            chains=True,
        )
        return observe_images(self.connection, request | more, known, self.files)

    def value(self, images: ImageGraph | None = None) -> Host:
        """The host as the planner and the rules take it; `images` as far as they are known."""
        return Host(self.connection.id, self.capabilities, images=images or ImageGraph())

    def _if_there(self, domain: DomainId) -> Domain | None:
        try:
            return self.domain(domain)
        except HostError as error:
            if error.code != LibvirtCode.NO_DOMAIN:
                raise
            return None


@contextmanager
def observed_host(
    access: HostAccess,
    arguments: Sequence[str] = (),
    uri: str | None = None,
    *,
    readonly: bool = True,
) -> Iterator[ObservedHost]:
    """A host over a connection that is open for as long as the context lasts.

    `arguments` name domains by name, UUID or glob; none name all. Without `uri` it is the host of
    the command line, or else libvirt's default (LIBVIRT_DEFAULT_URI).
    The connection is read-only but where secrets are asked for, which libvirt tells a writer alone.
    Raises HostError, UnknownDomainsError, and UsageError where the hosts file lists another one.
    """
    with access.open(access.one(uri).uri, readonly=readonly) as connection:
        ids = selected_domains(arguments, connection.domains(), connection.uri)
        yield ObservedHost(connection, ids)
