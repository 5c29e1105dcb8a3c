"""One domain and its tree as they are told without a manifest."""

from dataclasses import dataclass

from reconcile.model.domain import Disk, Domain
from reconcile.model.identity import DomainId
from reconcile.model.snapshot import Snapshot
from reconcile.views.snapshot_list import SnapshotRowView, row_view


@dataclass(frozen=True, slots=True)
class DomainView:
    """A domain as it is now. `snapshots` come by name, each with its parent."""

    domain: DomainId
    state: str
    persistent: bool
    managed_save: bool
    checkpoints: tuple[str, ...]
    disks: tuple[Disk, ...]
    snapshots: tuple[SnapshotRowView, ...]


def domain_view(domain: DomainId, observed: Domain) -> DomainView:
    """The view of an observed domain; a snapshot's state is told in the words of the rules."""
    tree = observed.tree

    def row(snapshot: Snapshot) -> SnapshotRowView:
        return row_view(snapshot, str(snapshot.state), current=tree.current)

    return DomainView(
        domain=domain,
        state=str(observed.state),
        persistent=observed.persistent,
        managed_save=observed.managed_save,
        checkpoints=observed.checkpoints,
        disks=observed.disks,
        snapshots=tuple(row(tree[name]) for name in sorted(tree.snapshots)),
    )
