"""One libvirt server: its capabilities, and what is known of its images and of full dumps."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconcile.model.definition import Requirement
from reconcile.model.fact import Fact
from reconcile.model.frozen import FrozenMapping
from reconcile.model.identity import HostId
from reconcile.model.images import ImageGraph
from reconcile.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a host says that it can do. `libvirt` is the daemon's (major, minor, micro)."""

    driver: str
    libvirt: tuple[int, int, int]
    external_revert: bool

    @property
    def test_driver(self) -> bool:
        return self.driver.lower() == "test"

    @property
    def version(self) -> str:
        return ".".join(map(str, self.libvirt))


ANY_DOMAIN = "00000000-0000-0000-0000-000000000000"
"""The nil UUID: of a dump that was moved, and is of whatever domain the manifest names."""


@dataclass(frozen=True, slots=True)
class Dump:
    """A snapshot's full dump from a file of git, without secrets; `domain` is its domain's UUID.

    ANY_DOMAIN: of whatever domain the manifest names.
    """

    snapshot: Snapshot
    domain: str

    def is_of(self, uuid: str) -> bool:
        """Whether the dump can be restored on the domain of this UUID."""
        return self.domain in {uuid, ANY_DOMAIN}


@dataclass(frozen=True, slots=True)
class Host:
    """One libvirt server as a plan sees it: its capabilities, and what is known of its images.

    `dumps` are the full dumps that manifests name by `redefine-from`, by the path given there; one
    that cannot be read is missing. `resources` tells of what definitions need beside files whether
    the host has it.
    """

    id: HostId
    capabilities: Capabilities
    images: ImageGraph = field(default_factory=ImageGraph)
    dumps: Mapping[str, Dump] = field(default_factory=FrozenMapping)
    resources: Mapping[Requirement, Fact] = field(default_factory=FrozenMapping)
