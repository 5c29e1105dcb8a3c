"""One snapshot looked at from all sides: its metadata, its files, and what can be done with it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reconcile.errors import UnknownSnapshotError
from reconcile.fleet.observed_host import ObservedHost
from reconcile.libvirt.xml import snapshot_read
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.host import Host
from reconcile.model.identity import DomainId
from reconcile.model.possibility import Possibility
from reconcile.model.shown_snapshot import FileRole, ShownSnapshot, SnapshotFile
from reconcile.model.snapshot import Snapshot
from reconcile.observe.resources import observe_resources
from reconcile.plan.possible import facts_for, possibilities
from reconcile.rules.file_effects import outside, tagged
from reconcile.rules.health import examined


@dataclass(frozen=True, slots=True)
class SnapshotLook:
    """A snapshot, and each action on it with what it would lead to."""

    shown: ShownSnapshot
    possible: tuple[Possibility, ...]


def look_at_snapshot(host: ObservedHost, domain: DomainId, name: str) -> SnapshotLook:
    """Read a domain, its images, and what it shares with others, and judge by the rules.

    Raises HostError, UnknownSnapshotError.
    """
    observed = host.domain(domain)
    if name not in observed.tree:
        raise UnknownSnapshotError(domain, name, tuple(observed.tree.snapshots))
    found, seen = _judged(host, observed, name)
    handle = host.connection.domain(domain)
    known = examined(observed, seen.images)
    return SnapshotLook(
        ShownSnapshot(
            id=domain,
            domain=known,
            snapshot=known.tree[name],
            state=snapshot_read.state_word(handle.plain_xml(name)),
            metadata=handle.has_metadata(name),
            files=tuple(_files(host, known.tree[name], seen)),
        ),
        found,
    )


def _judged(
    host: ObservedHost, observed: Domain, name: str
) -> tuple[tuple[Possibility, ...], Host]:
    """Judged twice, as a plan is: the first time says which facts are worth asking for."""
    unseen = host.value()
    drafts = possibilities(observed, name, unseen)
    if unseen.capabilities.test_driver:
        return drafts, unseen
    asked = facts_for(drafts, unseen)
    images = host.images((observed,), asked)
    resources = observe_resources(host.connection, asked.resources)
    seen = replace(host.value(images), resources=resources)
    return possibilities(observed, name, seen), seen


def _files(host: ObservedHost, snapshot: Snapshot, seen: Host) -> Iterator[SnapshotFile]:
    for role, disk, path in _named(snapshot):
        known = seen.images.exists(path)
        exists = Fact.UNKNOWN if known is None else known
        size = host.files.allocated(path) if exists is Fact.YES else None
        yield SnapshotFile(role, disk, path, exists, size)


def _named(snapshot: Snapshot) -> Iterator[tuple[FileRole, str | None, str]]:
    yield from ((FileRole.TAG, disk, path) for disk, path in tagged(snapshot))
    yield from ((FileRole.DATA, disk, path) for disk, path in outside(snapshot))
    for disk in (*snapshot.disks, *snapshot.revert_disks):
        if disk.file:
            yield FileRole.OVERLAY, disk.target, disk.file
    if snapshot.memory.file:
        yield FileRole.MEMORY, None, snapshot.memory.file
