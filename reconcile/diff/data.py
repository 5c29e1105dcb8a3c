"""What somebody took away below metadata that is still there: images, tags, memory, chains."""

from collections.abc import Iterator

from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.drift import Drift, DriftKind, Origin
from reconcile.model.fact import Fact
from reconcile.model.images import ImageGraph
from reconcile.model.snapshot import DataState, Snapshot
from reconcile.rules.health import real_chain, told_chain


def data_drift(desired: DesiredTree, domain: Domain, images: ImageGraph) -> Iterator[Drift]:
    """What a domain that was examined lacks: of its disks, and of snapshots that are declared.

    Of owned ones, too. Git holds no data, so that all of it was done on the host.
    """
    yield from _disks(domain)
    declared = {each.name for each in desired.snapshots}
    for snapshot in domain.tree.topological():
        if snapshot.owned or snapshot.name in declared:
            yield from _snapshot(snapshot, images)


def _disks(domain: Domain) -> Iterator[Drift]:
    for disk in domain.disks:
        field = f"disks.{disk.target}"
        if disk.missing is not None:
            kind = DriftKind.DATA_MISSING
            yield Drift(None, field, disk.missing, None, Origin.HOST, kind)
        if disk.disagrees:
            chains = told_chain(domain, disk), real_chain(disk)
            yield Drift(None, field, *chains, Origin.HOST, DriftKind.CHANGED)


def _snapshot(snapshot: Snapshot, images: ImageGraph) -> Iterator[Drift]:
    held, found = str(DataState.HELD), str(snapshot.data)
    if snapshot.data.lost:
        kind = DriftKind.DATA_MISSING
        yield Drift(snapshot.name, "data", held, found, Origin.HOST, kind)
    elif snapshot.data is DataState.DIFFERS:
        yield Drift(snapshot.name, "data", held, found, Origin.HOST, DriftKind.CHANGED)
    memory = snapshot.memory.file
    if memory and images.exists(memory) is Fact.NO:
        kind = DriftKind.DATA_MISSING
        yield Drift(snapshot.name, "memory", memory, None, Origin.HOST, kind)
