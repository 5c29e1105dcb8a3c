"""The images of a host as a graph, of which only what a plan's steps make worth knowing is read."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reconcile.errors import HostError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.libvirt.connection import Connection
from reconcile.libvirt.xml import domain as domain_xml
from reconcile.libvirt.xml import snapshot_read
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.fact import Fact
from reconcile.model.frozen import FrozenMapping
from reconcile.model.identity import DomainId
from reconcile.model.images import Image, ImageGraph, ImageUse, Role
from reconcile.model.tree import Tree
from reconcile.observe.chains import Chain, read_chain, told_chain
from reconcile.observe.host_files import HostFiles, canonical_names
from reconcile.observe.volumes import with_volume_paths
from reconcile.plan.preconditions import FactRequest
from reconcile.rules.file_effects import tagged
from reconcile.rules.images import uses

VANISHED = frozenset({LibvirtCode.NO_DOMAIN, LibvirtCode.NO_DOMAIN_SNAPSHOT})

_log = logging.getLogger(__name__)


def observe_images(
    host: Connection, request: FactRequest, known: Iterable[Domain], files: HostFiles
) -> ImageGraph:
    """The image graph with what `request` asks for; `known` are domains that are observed already.

    Raises HostError where libvirt does not answer; a domain that vanishes meanwhile is left out.
    """
    planned = tuple(known)
    domains = tuple(_domains(host, planned)) if request.sharing else ()
    images = _Images(files)
    for domain in domains or (planned if request.chains else ()):
        images.add_domain(domain)
    for domain in planned if request.chains else ():
        images.add_tags_of(domain)
    for path in request.paths:
        images.add(path)
    for path in request.images:
        images.add_tags(path)
    for path in request.overlays:
        images.add_chain(path, "qcow2")
    for path in request.memories:
        images.add_memory(path)
    return _graph(images, domains)


@dataclass(frozen=True, slots=True)
class _Named:
    """An image that a disk or snapshot names, and its format where libvirt knows it."""

    path: str
    form: str | None


class _Images:
    """Facts about images, each asked for once."""

    def __init__(self, files: HostFiles) -> None:
        self.files = files
        self.found: dict[str, Image] = {}

    def add(self, path: str) -> Image:
        """Ask whether an image is there."""
        if path not in self.found:
            self.found[path] = Image(exists=self.files.exists(path))
        return self.found[path]

    def add_tags(self, path: str) -> None:
        """Ask which internal snapshots an image holds."""
        tags, bitmaps = self.files.tags(path), self.files.bitmaps(path)
        self.found[path] = replace(self.add(path), tags=tags, bitmaps=bitmaps)

    def add_memory(self, path: str) -> None:
        """Ask what a file of saved memory says."""
        self.found[path] = replace(self.add(path), memory=self.files.memory(path))

    def add_domain(self, domain: Domain) -> None:
        """Ask what every image that a domain names lies on."""
        told = {disk.path: disk for disk in domain.disks if disk.backing}
        for named in _named(domain):
            self.add_chain(named.path, named.form, told.get(named.path))

    def add_chain(self, path: str, form: str | None, told: Disk | None = None) -> None:
        """Ask what an image of this format lies on; `told` is the active disk that it is."""
        image = self.add(path)
        if image.below is not None or image.exists is Fact.NO:
            return
        if told is None:
            self._lay(path, read_chain(self.files, path, form))
        else:
            self._lay(path, told_chain(self.files, told))

    def _lay(self, path: str, chain: Chain) -> None:
        below = None if chain.unread == path else chain.below
        self.found[path] = replace(self.found[path], below=below, unread=chain.unread)
        for image, data_file in chain.data_files.items():
            self.found[image] = replace(self.add(image), data_file=data_file)
        for image in chain.encrypted:
            self.found[image] = replace(self.add(image), encrypted=True)
        if chain.below:  # a chain ends where an image is gone
            self.add(chain.below[-1])

    def add_tags_of(self, domain: Domain) -> None:
        """Ask which tags a planned domain's images hold, and whether its memory files are there."""
        for snapshot in domain.tree:
            for _, image in tagged(snapshot):
                self.add_tags(image)
            if snapshot.memory.file:
                self.add(snapshot.memory.file)


def _named(domain: Domain) -> Iterator[_Named]:
    """Disks first: libvirt tells their chain where they are active, and their format always."""
    for disk in domain.disks:
        if disk.path:
            yield _Named(disk.path, disk.format)
    for snapshot in domain.tree:
        for target, path in snapshot.base:
            yield _Named(path, snapshot.base_format(target))
        for taken in (*snapshot.disks, *snapshot.revert_disks):
            if taken.file:
                yield _Named(taken.file, taken.driver)


def _graph(images: _Images, domains: tuple[Domain, ...]) -> ImageGraph:
    found = ImageGraph(images=FrozenMapping(images.found))
    named = [(path, use) for domain in domains for path, use in uses(domain, found)]
    paths = {*images.found, *(path for path, _ in named)}
    canonical = dict(canonical_names(images.files, paths))
    by_key: dict[str, dict[ImageUse, None]] = {}
    for path, use in named:
        by_key.setdefault(canonical[path], {})[use] = None
    asked = {each.path for domain in domains for each in _named(domain)}
    hidden = tuple(_hidden(((path, use) for path, use in named if path in asked), found))
    return replace(
        found,
        canonical=FrozenMapping(canonical),
        uses=FrozenMapping({key: tuple(some) for key, some in by_key.items()}),
        unread=tuple(each for each in hidden if images.files.sees(each[0])),
        unseen=tuple(each for each in hidden if not images.files.sees(each[0])),
    )


def _hidden(
    named: Iterable[tuple[str, ImageUse]], found: ImageGraph
) -> Iterator[tuple[str, ImageUse]]:
    """Images of which nobody could see what they lie on, each with who lies on it.

    What was found below those that a domain names is known with them, though it was not asked for
    by itself.
    """
    for path, use in named:
        image = found.images.get(path)
        if image is None or use.role in {Role.MEMORY, Role.BACKING}:
            continue
        if image.unread is not None:
            yield image.unread, use


def _domains(host: Connection, known: Iterable[Domain]) -> Iterator[Domain]:
    observed = {domain.uuid: domain for domain in known}
    for ref in host.domains():
        if ref.uuid in observed:
            yield observed[ref.uuid]
            continue
        try:
            yield _domain(host, ref)
        except HostError as error:
            if error.code not in VANISHED:
                raise
            _log.debug("%s: %s vanished while it was read", host.uri, ref.name)


def _domain(host: Connection, ref: DomainId) -> Domain:
    """A domain that no plan is about: its disks and what its snapshots name."""
    handle = host.domain(ref)
    disks = domain_xml.disks(handle.xml())
    tree = Tree.of(map(snapshot_read.read, handle.snapshot_xml()))
    state = DomainState.SHUTOFF if handle.process() is None else DomainState.RUNNING
    found = Domain(ref.name, ref.uuid, state, disks, tree)
    return with_volume_paths(found, host.volume_path)
