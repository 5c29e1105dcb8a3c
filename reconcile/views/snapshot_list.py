"""A listing of snapshots as it is told: rows in their order, or a tree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconcile.model.identity import DomainId
from reconcile.model.snapshot import Snapshot
from reconcile.model.snapshot_list import SnapshotListing
from reconcile.views.tree import NodeView


@dataclass(frozen=True, slots=True)
class SnapshotRowView:
    """One snapshot of a listing; `created` is in seconds since the epoch, `state` libvirt's word.

    `owned` and `protected` are what its mark says, without regard to any manifest.
    """

    name: str
    parent: str | None
    state: str
    created: int
    description: str = ""
    external: bool = False
    current: bool = False
    owned: bool = False
    protected: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """Words for what sets the snapshot apart from others."""
        told = {"current": self.current, "owned": self.owned, "protected": self.protected}
        return tuple(word for word, holds in told.items() if holds)


@dataclass(frozen=True, slots=True)
class SnapshotListView:
    """Snapshots of one domain, in virsh's order."""

    domain: DomainId
    snapshots: tuple[SnapshotRowView, ...]


def snapshot_list_view(listing: SnapshotListing) -> SnapshotListView:
    """The view of a listing."""
    current = listing.current
    rows = (row_view(each.snapshot, each.state, current=current) for each in listing.snapshots)
    return SnapshotListView(listing.domain, tuple(rows))


def row_view(found: Snapshot, state: str, *, current: str | None) -> SnapshotRowView:
    """The row of a snapshot; `state` is libvirt's own word, `current` the current one's name."""
    return SnapshotRowView(
        name=found.name,
        parent=found.parent,
        state=state,
        created=found.created,
        description=found.description,
        external=found.external,
        current=found.name == current,
        owned=found.owned,
        protected=found.protected,
    )


def listed_nodes(rows: Sequence[SnapshotRowView], top: str | None) -> Iterator[NodeView]:
    """The rows as virsh draws them with --tree, siblings in the order of the rows.

    Without `top` it begins at each snapshot that has no parent, else at that snapshot alone.
    A snapshot whose parent is not among the rows is left out.
    """
    below: dict[str | None, list[SnapshotRowView]] = {}
    for row in rows:
        below.setdefault(row.parent, []).append(row)
    first = below.get(None, []) if top is None else [row for row in rows if row.name == top]
    waiting = [(row, 0, row is first[-1]) for row in reversed(first)]
    while waiting:
        row, depth, last = waiting.pop()
        yield NodeView(row.name, depth, last, current=row.current)
        under = below.get(row.name, [])
        waiting.extend((each, depth + 1, each is under[-1]) for each in reversed(under))
