"""The flags of a create (`capture:`): where each of them is possible."""

from collections.abc import Iterator

from reconcile.model.action import Create
from reconcile.model.desired import Metadata
from reconcile.model.domain import Domain, DomainState
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DiskKind, MemoryKind, SnapshotState
from reconcile.rules.refusals import Code, refuse


def objections(domain: Domain, action: Create) -> Iterator[Refusal | None]:
    """What libvirt would refuse, or silently ignore, of the declared flags."""
    capture, name = action.capture, action.snapshot
    if capture.quiesce:
        yield _quiesce(domain, action)
    if capture.live and (not domain.active or action.memory.kind is not MemoryKind.EXTERNAL):
        yield refuse(Code.LIVE, name, memory=action.memory.kind)
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
    if action.state is not SnapshotState.DISK_SNAPSHOT or domain.state is not DomainState.RUNNING:
        return refuse(
            Code.QUIESCE, action.snapshot, what=f"{action.state} of a {domain.state} domain"
        )
    return None if domain.agent else refuse(Code.NO_AGENT, action.snapshot)


def halted(domain: Domain, action: Create) -> DomainState:
    """The domain's state after the create."""
    halt = action.capture.halt and domain.active
    return DomainState.SHUTOFF if halt else domain.state
