"""Which kinds of snapshot can be taken of a domain here and now, asked of the planner's rules."""

from collections.abc import Iterator
from dataclasses import replace

from reconcile.model.desired import DesiredSnapshot, Position
from reconcile.model.diagnosis import Ability
from reconcile.model.domain import Domain
from reconcile.model.host import Host
from reconcile.model.plan import Reason, Refusal
from reconcile.model.snapshot import NO_MEMORY, DiskKind, Memory, MemoryKind, SnapshotDisk
from reconcile.plan.draft import Draft
from reconcile.plan.phases.resolve import resolve

NOWHERE = Position("", 1, 1)
"""The sample entries stand in no manifest."""


def abilities(domain: Domain, host: Host) -> tuple[Ability, ...]:
    """What `create` would be planned or refused for, by kind of snapshot."""
    name = _free_name(domain)
    return tuple(
        Ability(kind, _refusal(replace(sample, name=name), domain, host))
        for kind, sample in _samples(domain)
    )


def _samples(domain: Domain) -> Iterator[tuple[str, DesiredSnapshot]]:
    """An entry of each kind that holds every disk which libvirt takes into a snapshot."""
    targets = [disk.target for disk in domain.disks if disk.snapshotable]
    inside = tuple(SnapshotDisk(target, DiskKind.INTERNAL) for target in targets)
    outside = tuple(SnapshotDisk(target, DiskKind.EXTERNAL) for target in targets)
    entry = DesiredSnapshot("", None, NOWHERE)
    yield "internal snapshot", replace(entry, disks=inside)
    yield "external snapshot of the disks", replace(entry, disks=outside, memory=NO_MEMORY)
    if domain.active:
        memory = Memory(MemoryKind.EXTERNAL)
        yield "external snapshot with memory", replace(entry, disks=outside, memory=memory)


def _free_name(domain: Domain) -> str:
    """A name that no snapshot of the domain has."""
    numbers = iter(range(len(domain.tree) + 1))
    return next(name for n in numbers if (name := f"sample-{n}") not in domain.tree)


def _refusal(entry: DesiredSnapshot, domain: Domain, host: Host) -> Refusal | None:
    draft = Draft(domain, host.capabilities, host.images)
    refused = draft.take(resolve(entry, domain, None), Reason.MISSING).refusals
    return refused[0] if refused else None
