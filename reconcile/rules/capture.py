"""Flags of a create (`capture:`): in which state of the domain each is possible."""

from collections.abc import Iterator

from reconcile.model.action import Create
from reconcile.model.desired import Metadata
from reconcile.model.domain import Domain, DomainState
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DiskKind, MemoryKind, SnapshotState
from reconcile.rules.refusals import Code, refuse


def objections(domain: Domain, action: Create) -> Iterator[Refusal | None]:
    """Refusals of the declared flags that libvirt would refuse or silently ignore."""
    capture, name = action.capture, action.snapshot
    if capture.quiesce:
        yield _quiesce(domain, action)
    if capture.live and (not domain.active or action.memory.kind is not MemoryKind.EXTERNAL):
        possible = domain.active and migratable(domain)
        yield refuse(Code.LIVE, name, memory=action.memory.kind, migratable=possible)
    if capture.halt and domain.active and not domain.persistent:
        yield refuse(Code.HALT_TRANSIENT, name)
    internal = any(disk.kind is DiskKind.INTERNAL for disk in action.disks)
    if capture.metadata is Metadata.DISCARD and internal:
        yield refuse(Code.DISCARD_INTERNAL, name)
    if capture.metadata is Metadata.DISCARD and action.memory.kind is MemoryKind.EXTERNAL:
        paused = domain.state is DomainState.PAUSED
        yield refuse(Code.PAUSED_TRACE, name) if paused else None


def _quiesce(domain: Domain, action: Create) -> Refusal | None:
    """On an inactive domain libvirt ignores the flag; on a paused one it fails."""
    runs = domain.state is DomainState.RUNNING
    if action.state is not SnapshotState.DISK_SNAPSHOT or not runs:
        outside = any(disk.kind is DiskKind.EXTERNAL for disk in action.disks)
        alone = not runs and outside and action.memory.kind is MemoryKind.NONE
        facts = {"what": f"{action.state} of a {domain.state} domain", "disks_alone": alone}
        return refuse(Code.QUIESCE, action.snapshot, runs=runs, **facts)
    return None if domain.agent else refuse(Code.NO_AGENT, action.snapshot)


def migratable(domain: Domain) -> bool:
    """Whether the guest's memory can be saved at all, which QEMU does as for a migration."""
    return not domain.unmigratable and not any(disk.transient for disk in domain.disks)


def internal_memory(domain: Domain) -> str | None:
    """The kind of memory of an internal snapshot; None where there can be none."""
    if not domain.active:
        return "none"
    return "internal" if migratable(domain) else None


def external_memory(domain: Domain, action: Create) -> str:
    """The kind of memory that the create's snapshot would have if it were external."""
    wanted = action.memory.kind is not MemoryKind.NONE and domain.active
    return "external" if wanted and migratable(domain) else "none"


def halted(domain: Domain, action: Create) -> DomainState:
    """The domain's state after the create, which `halt` ends with the guest off."""
    halt = action.capture.halt and domain.active
    return DomainState.SHUTOFF if halt else domain.state
