"""Steps of a plan as a reader is told them: what is done to which snapshot, why, at what risk."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reconcile.model.action import Action, Create
from reconcile.model.domain import Domain
from reconcile.model.hazard import Hazard
from reconcile.model.plan import Reason, Step
from reconcile.model.snapshot import DiskKind, MemoryKind
from reconcile.model.told_step import Rename, StepKind
from reconcile.views.change import ChangeView, change_view
from reconcile.views.hazard import HazardView, hazard_view


@dataclass(frozen=True, slots=True)
class Detail:
    """The detail of a view. `why`: compared values in full; else long ones are cut."""

    why: bool = False


BRIEF = Detail()


@dataclass(frozen=True, slots=True)
class CallView:
    """The view of one libvirt call: its function, its flags, and its argument line by line."""

    function: str
    flags: tuple[str, ...] = ()
    body: tuple[str, ...] = ()


Calls = Callable[[Action], tuple[CallView, ...]]
"""The calls that an action consists of."""


def no_calls(_action: Action) -> tuple[CallView, ...]:
    """No calls for any action, where a reader has not asked for them."""
    return ()


@dataclass(frozen=True, slots=True)
class StepView:
    """One step; `number` counts from 1. `aside` are the words behind the snapshot's name.

    `captured` says which memory and disks a create takes, None for another kind; `removed` are the
    files that vanish, `adopted` those of others that are taken over as they are.
    """

    number: int
    kind: StepKind
    snapshot: str
    aside: str = ""
    captured: str | None = None
    changes: tuple[ChangeView, ...] = ()
    removed: tuple[str, ...] = ()
    adopted: tuple[str, ...] = ()
    hazards: tuple[HazardView, ...] = ()
    reversible: bool = True
    calls: tuple[CallView, ...] = ()
    rename: Rename | None = None

    @property
    def loses(self) -> bool:
        """Whether nothing brings back what was before it; a name can always be given again."""
        return not self.reversible and self.rename is None


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a step in its plan: its number, from 1, the domain before it and after it."""

    number: int
    before: Domain
    after: Domain


def step_view(step: Step, place: Place, detail: Detail, calls: Calls) -> StepView:
    """The view of a step at its place in a plan, in this detail."""
    action = step.action
    hazards = (hazard_view(each, action, place.before, place.after) for each in _told(step))
    return StepView(
        number=place.number,
        kind=StepKind(action.kind),
        snapshot=action.snapshot,
        aside=_aside(step),
        captured=_captured(action) if isinstance(action, Create) else None,
        changes=tuple(change_view(each, why=detail.why) for each in step.changes),
        removed=tuple(sorted(step.files.removed | step.files.merged)),
        adopted=tuple(sorted(step.files.reused)),
        hazards=tuple(hazards),
        reversible=step.reversible,
        calls=calls(action),
    )


def rename_view(rename: Rename, steps: Iterable[Step], place: Place, calls: Calls) -> StepView:
    """The view of the steps that give a snapshot another name, as one step."""
    found = tuple(steps)
    return StepView(
        number=place.number,
        kind=StepKind.RENAME,
        snapshot=rename.new,
        aside="(metadata only, the data stays)",
        reversible=all(each.reversible for each in found),
        calls=tuple(call for each in found for call in calls(each.action)),
        rename=rename,
    )


def _told(step: Step) -> Iterator[Hazard]:
    """Of a snapshot that comes back under its name it is not said that it is gone for good."""
    replaced = Hazard.REPLACES_SNAPSHOT in step.hazards
    return (each for each in step.hazards if not (replaced and each is Hazard.DELETES_DATA))


_WHY = {
    Reason.ADOPT: "(adopted: owned, and pruned once it is not declared)",
    Reason.UNDECLARED: "(no longer declared)",
    Reason.PLACE: "(to create below it)",
    Reason.ALWAYS: "(`revert: always` is declared)",
    Reason.RENAMED: "(renamed: metadata only)",
    Reason.CLONED: "(cloned: metadata only)",
    Reason.LOST: "(lost metadata, from its dump)",
    Reason.FORGOTTEN: "(metadata only, the data stays)",
    Reason.REPLACED: "(to be taken again as another kind)",
}


def _aside(step: Step) -> str:
    if isinstance(step.action, Create):
        return f"below {step.action.parent}" if step.action.parent else "as a root"
    return _WHY.get(step.reason, "")


def _captured(action: Create) -> str:
    """Memory and disks in a line; files only where a reader could not guess them."""
    memory = str(action.memory.kind)
    if action.memory.kind is MemoryKind.EXTERNAL:
        memory = f"external {action.memory.file or ''}"
    disks = [
        f"{disk.target} {disk.kind}" for disk in action.disks if disk.kind is not DiskKind.NONE
    ]
    return f"memory {memory}; disks {', '.join(disks) or 'none'}"
