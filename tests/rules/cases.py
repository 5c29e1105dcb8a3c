"""What one case of a refusal is: a domain, something done to it, and the code that must come."""

from dataclasses import dataclass, replace

from reconcile.model.action import Action, Create
from reconcile.model.desired import DesiredSnapshot
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DiskKind, Memory, Snapshot, SnapshotDisk
from reconcile.model.tree import Tree
from reconcile.plan.phases.resolve import resolve
from reconcile.rules.effect import effect
from reconcile.rules.refusals import Code
from tests.rules.notation import FORKY, PLACE, action

RUNNING = DomainState.RUNNING


@dataclass(frozen=True, slots=True)
class Case:
    """An action, or a word of the notation for one, that the rules must refuse with this code."""

    code: Code
    now: Domain
    does: Action | str
    host: Capabilities = FORKY

    @property
    def action(self) -> Action:
        return action(self.now, *self.does.split()) if isinstance(self.does, str) else self.does

    def refusal(self) -> str | None:
        """The code by which the rules refuse the action; None where they would let it be done."""
        found = effect(self.now, self.action, self.host)
        return found.code if isinstance(found, Refusal) else None

    def __str__(self) -> str:
        return str(self.code)


def edited(now: Domain, name: str, **fields: object) -> Domain:
    """The domain with one snapshot's metadata changed by hand."""
    changed = replace(now.tree[name], **fields)  # type: ignore[arg-type] # a snapshot's own fields
    return replace(now, tree=now.tree.put(changed))


def renamed(now: Domain, new: str) -> Domain:
    """The domain with its only snapshot under a name that could not be created."""
    (only,) = now.tree
    return replace(now, tree=Tree.of([replace(only, name=new)], new))


def pointing(now: Domain, name: str | None) -> Domain:
    """The domain with the current pointer moved by hand."""
    return replace(now, tree=now.tree.with_current(name))


def on(now: Domain, target: str, path: str) -> Domain:
    """The domain with a disk's path edited by hand."""
    moved = (replace(d, path=path) if d.target == target else d for d in now.disks)
    return replace(now, disks=tuple(moved))


def taking(now: Domain, *disks: SnapshotDisk, memory: Memory | None = None) -> Create:
    """The create of `A` with these disks declared."""
    return resolve(DesiredSnapshot("A", None, PLACE, memory=memory, disks=disks), now, None)


def kind(target: str, kind: DiskKind, **fields: str) -> SnapshotDisk:
    return SnapshotDisk(target, kind, **fields)


def with_disk(now: Domain, disk: Disk) -> Domain:
    return replace(now, disks=(*now.disks, disk))


def snapshot(now: Domain, name: str) -> Snapshot:
    return now.tree[name]
