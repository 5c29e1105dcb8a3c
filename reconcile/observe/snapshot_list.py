"""The snapshots that libvirt lists for a query, each with libvirt's own word for its state."""

from reconcile.errors import HostError, NoCurrentSnapshotError, UnknownSnapshotError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.xml import snapshot_read
from reconcile.model.snapshot_list import (
    ListedSnapshot,
    SnapshotFilter,
    SnapshotListing,
    SnapshotQuery,
)

TRIES = 3


def list_snapshots(
    handle: DomainHandle, query: SnapshotQuery, *, with_top: bool = False
) -> SnapshotListing:
    """Ask libvirt, whose releases may differ in what a filter means.

    `with_top`: the snapshot that the query begins below is listed, too, whatever the filters say.
    Raises HostError, and UnknownSnapshotError where the query begins below one that is not there.
    """
    for _ in range(TRIES - 1):
        try:
            return _listed(handle, query, with_top=with_top)
        except HostError as error:
            if error.code != LibvirtCode.NO_DOMAIN_SNAPSHOT:
                raise
            require_snapshot(handle, query.below)
    return _listed(handle, query, with_top=with_top)


def require_snapshot(handle: DomainHandle, name: str | None) -> None:
    """Raise UnknownSnapshotError where the domain has no snapshot of this name; None is none."""
    if name is not None:
        names = handle.snapshot_names()
        if name not in names:
            raise UnknownSnapshotError(handle.id, name, names)


def current_snapshot(handle: DomainHandle) -> str:
    """The name of the current snapshot. Raises HostError, NoCurrentSnapshotError."""
    name = handle.current()
    if name is None:
        raise NoCurrentSnapshotError(handle.id)
    return name


def _listed(handle: DomainHandle, query: SnapshotQuery, *, with_top: bool) -> SnapshotListing:
    found = handle.listed_xml(query)
    if with_top and query.below is not None:
        found[query.below] = handle.plain_xml(query.below)
    by_name = SnapshotFilter.TOPOLOGICAL not in query.filters
    names = sorted(found, key=_folded) if by_name else [*found]
    listed = tuple(
        ListedSnapshot(snapshot_read.read(found[name]), snapshot_read.state_word(found[name]))
        for name in names
    )
    return SnapshotListing(handle.id, query, listed, handle.current())


def _folded(name: str) -> bytes:
    """The order of strcasecmp(3), which virsh sorts by."""
    return name.encode(errors="surrogateescape").lower()
