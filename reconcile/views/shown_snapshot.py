"""One snapshot as it is told: what virsh snapshot-info says, its files, and what can be done."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconcile.model.action import Action, Delete
from reconcile.model.identity import DomainId
from reconcile.model.plan import Refusal
from reconcile.model.possibility import Possibility
from reconcile.model.shown_snapshot import ShownSnapshot, SnapshotFile
from reconcile.model.snapshot import DataState, DiskKind, MemoryKind
from reconcile.model.tree import Tree
from reconcile.views.hazard import HazardView, hazard_view
from reconcile.views.plan import RefusalView
from reconcile.views.snapshot_list import SnapshotRowView, row_view


@dataclass(frozen=True, slots=True)
class PossibleView:
    """An action on a snapshot, `revert`, `delete` or `forget`: its hazards, or why it is refused.

    `removed` are the files that vanish or are merged away; `notes` say what nobody could see.
    """

    action: str
    hazards: tuple[HazardView, ...] = ()
    removed: tuple[str, ...] = ()
    refusals: tuple[RefusalView, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether a plan may do it, once its hazards are approved."""
        return not self.refusals

    @property
    def approvals(self) -> tuple[str, ...]:
        """The hazards that have to be approved first, by name."""
        return tuple(str(each.hazard) for each in self.hazards if each.hazard.needs_approval)


@dataclass(frozen=True, slots=True)
class SnapshotView:
    """A snapshot of a domain, from all sides.

    `disks` are targets, each with the kind of data that is kept of it. `data` says what the
    host's images hold of it. `revision` and `labels` are what its mark says.
    """

    domain: DomainId
    row: SnapshotRowView
    memory: MemoryKind
    disks: tuple[tuple[str, DiskKind], ...]
    children: int
    descendants: int
    metadata: bool
    revision: str | None
    labels: tuple[tuple[str, str], ...]
    data: DataState
    files: tuple[SnapshotFile, ...]
    possible: tuple[PossibleView, ...]


def snapshot_view(shown: ShownSnapshot, possible: Iterable[Possibility]) -> SnapshotView:
    """The view of a snapshot and of the actions on it."""
    found, tree = shown.snapshot, shown.domain.tree
    return SnapshotView(
        domain=shown.id,
        row=row_view(found, shown.state, current=tree.current),
        memory=found.memory.kind,
        disks=tuple((disk.target, disk.kind) for disk in found.disks),
        children=len(tree.children(found.name)),
        descendants=_descendants(tree, found.name),
        metadata=shown.metadata,
        revision=found.mark.revision if found.mark else None,
        labels=found.mark.labels if found.mark else (),
        data=found.data,
        files=shown.files,
        possible=tuple(map(_possible, possible)),
    )


def _descendants(tree: Tree, name: str) -> int:
    count, waiting = 0, [*tree.children(name)]
    while waiting:
        count += 1
        waiting.extend(tree.children(waiting.pop()))
    return count


def _possible(found: Possibility) -> PossibleView:
    step, after = found.step, found.after
    if step is None or after is None:
        refusals = tuple(map(_refusal, found.refusals))
        return PossibleView(_word(found.action), refusals=refusals, notes=found.notes)
    told = (hazard_view(each, found.action, found.before, after) for each in step.hazards)
    return PossibleView(
        action=_word(found.action),
        hazards=tuple(told),
        removed=tuple(sorted(step.files.removed | step.files.merged)),
        notes=found.notes,
    )


def _word(action: Action) -> str:
    """The word for the action; a delete of metadata alone is a forget."""
    if isinstance(action, Delete) and action.metadata_only:
        return "forget"
    return str(action.kind)


def _refusal(refusal: Refusal) -> RefusalView:
    return RefusalView(refusal.code, refusal.snapshot, refusal.message, refusal.remedy)
