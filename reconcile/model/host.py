"""One libvirt connection: what it can do, and what is known of its files."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconcile.model.frozen import FrozenMapping
from reconcile.model.identity import HostId
from reconcile.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a host can do, as it says itself. `libvirt` is the daemon's (major, minor, micro)."""

    driver: str
    libvirt: tuple[int, int, int]
    external_revert: bool

    @property
    def test_driver(self) -> bool:
        return self.driver.lower() == "test"

    @property
    def version(self) -> str:
        return ".".join(map(str, self.libvirt))


@dataclass(frozen=True, slots=True)
class Dump:
    """A snapshot's full dump in a file of ours, without its secrets; `domain` is its UUID."""

    snapshot: Snapshot
    domain: str


@dataclass(frozen=True, slots=True)
class Files:
    """Facts about files, gathered before planning; what was not gathered is not objected to.

    `exists` holds True, False or None (cannot be seen from here); `used` maps a file that some
    disk or snapshot of any domain names to a description of its user; `tags` maps an image to the
    names of the internal snapshots in it; `dumps` are the files named by `redefine-from`; `foreign`
    maps a file that a disk of another domain lies on to a description of that disk.
    """

    exists: Mapping[str, bool | None] = field(default_factory=FrozenMapping)
    used: Mapping[str, str] = field(default_factory=FrozenMapping)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenMapping)
    dumps: Mapping[str, Dump] = field(default_factory=FrozenMapping)
    foreign: Mapping[str, str] = field(default_factory=FrozenMapping)


@dataclass(frozen=True, slots=True)
class Host:
    """The host that a domain is planned on."""

    id: HostId
    capabilities: Capabilities
    files: Files = field(default_factory=Files)
