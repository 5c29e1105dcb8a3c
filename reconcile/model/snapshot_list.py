"""A listing of a domain's snapshots as virsh snapshot-list makes it: the query, and what came."""

from dataclasses import dataclass
from enum import StrEnum

from reconcile.model.identity import DomainId
from reconcile.model.snapshot import Snapshot


class SnapshotFilter(StrEnum):
    """A filter that libvirt itself knows, by the name of virsh's option.

    libvirt's flag is VIR_DOMAIN_SNAPSHOT_LIST_ and the name in capitals. Filters of one group
    (leaves and no-leaves, metadata and no-metadata, inactive, active and disk-only, internal and
    external) widen each other; those of different groups must all hold.
    """

    ROOTS = "roots"
    LEAVES = "leaves"
    NO_LEAVES = "no-leaves"
    METADATA = "metadata"
    NO_METADATA = "no-metadata"
    INACTIVE = "inactive"
    ACTIVE = "active"
    DISK_ONLY = "disk-only"
    INTERNAL = "internal"
    EXTERNAL = "external"
    DESCENDANTS = "descendants"
    TOPOLOGICAL = "topological"

    @property
    def flag(self) -> str:
        """The end of the name of libvirt's flag."""
        return self.replace("-", "_").upper()


@dataclass(frozen=True, slots=True)
class SnapshotQuery:
    """Which snapshots are wanted; with `below`, its children, or all below it (DESCENDANTS)."""

    filters: frozenset[SnapshotFilter] = frozenset()
    below: str | None = None


EVERY = SnapshotQuery()


@dataclass(frozen=True, slots=True)
class ListedSnapshot:
    """A snapshot, and its state in libvirt's word, which may be one that no rule knows."""

    snapshot: Snapshot
    state: str


@dataclass(frozen=True, slots=True)
class SnapshotListing:
    """The snapshots of a domain that a query lists, and the name of the current snapshot.

    The order is that of virsh: by name without regard to ASCII case, or libvirt's own topological
    one.
    """

    domain: DomainId
    query: SnapshotQuery
    snapshots: tuple[ListedSnapshot, ...]
    current: str | None
