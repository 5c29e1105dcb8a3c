"""Does the data exist that a plan relies on, and is what it would write still free?

libvirt checks most of this after it has stopped the guest (trap 9), and some of it never.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconcile.model.action import Create, Delete, Redefine, Revert
from reconcile.model.domain import Disk, Domain
from reconcile.model.host import Files
from reconcile.model.plan import DomainPlan, Refusal, Step
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.plan.written_files import at_stake, in_domain_directory
from reconcile.rules.files import overlays
from reconcile.rules.refusals import Code, refuse


@dataclass(frozen=True, slots=True)
class FactRequest:
    """Facts worth gathering: which paths exist, and which images hold which tags.

    `metadata` says that files are at stake because metadata names them: whose are they?
    """

    paths: tuple[str, ...]
    images: tuple[str, ...]
    metadata: bool


def wanted(plan: DomainPlan) -> FactRequest:
    """For the data that the plan's reverts and restores rely on, and the tags of new snapshots."""
    relied = [each for step in plan.steps for each in _relied(step, plan.observed)]
    internal = [d.path for step in plan.steps for d in _new_tags(step, plan.observed)]
    tagged = {file for snapshot in relied for file in _tagged(snapshot)}
    return FactRequest(
        paths=tuple(sorted({file for snapshot in relied for file in _needed(snapshot)})),
        images=tuple(sorted(tagged | set(filter(None, internal)))),
        metadata=any(_believed(step, plan.observed) for step in plan.steps),
    )


@dataclass(frozen=True, slots=True)
class PlanBase:
    """Where a plan begins: the domain as observed, facts about files, directories to write to."""

    observed: Domain
    files: Files
    allowed: tuple[str, ...] = ()


def objections(steps: tuple[Step, ...], site: PlanBase) -> Iterator[Refusal]:
    """What the facts say against the steps."""
    for step in steps:
        for snapshot in _relied(step, site.observed):
            yield from _gone(snapshot, site.files)
        yield from _orphans(step, site.observed, site.files)
        yield from _taken(step, site.observed, site.files)
        yield from _elsewhere(step, site)


def _relied(step: Step, observed: Domain) -> Iterator[Snapshot]:
    """Snapshots whose data a step needs and that exist before the plan begins."""
    match step.action:
        case Revert(snapshot=name) if name in observed.tree:
            yield observed.tree[name]
        case Redefine(dump=dump) if dump is not None:
            yield dump.snapshot


def _needed(snapshot: Snapshot) -> Iterator[str]:
    kept = (disk.target for disk in snapshot.disks if disk.kind is not DiskKind.NONE)
    yield from (file for target in kept if (file := snapshot.base_file(target)))
    if snapshot.memory.file:
        yield snapshot.memory.file


def _tagged(snapshot: Snapshot) -> Iterator[str]:
    inside = (disk.target for disk in snapshot.disks if disk.kind is DiskKind.INTERNAL)
    yield from (file for target in inside if (file := snapshot.base_file(target)))


def _gone(snapshot: Snapshot, files: Files) -> Iterator[Refusal]:
    for path in _needed(snapshot):
        if files.exists.get(path) is False:
            yield refuse(Code.FILE_MISSING, snapshot.name, path=path)
    for path in _tagged(snapshot):
        if snapshot.name not in files.tags.get(path, (snapshot.name,)):
            yield refuse(Code.TAG_MISSING, snapshot.name, path=path, name=snapshot.name)


def _new_tags(step: Step, observed: Domain) -> Iterator[Disk]:
    if isinstance(step.action, Create) and step.action.snapshot not in observed.tree:
        for disk in step.action.disks:
            found = observed.disk(disk.target)
            if disk.kind is DiskKind.INTERNAL and found is not None:
                yield found


def _orphans(step: Step, observed: Domain, files: Files) -> Iterator[Refusal]:
    """Trap 7: a second tag of one name is found instead of ours, or replaced."""
    name = step.action.snapshot
    for disk in _new_tags(step, observed):
        if name in files.tags.get(disk.path or "", ()):
            yield refuse(Code.ORPHAN_TAG, name, path=disk.path, name=name)


def _believed(step: Step, observed: Domain) -> tuple[str, ...]:
    """Files that libvirt will unlink or write, now or one day, because metadata names them."""
    match step.action:
        case Delete(snapshot=name, metadata_only=False) if name in observed.tree:
            return _at_stake(observed.tree[name])
        case Redefine(dump=dump) if dump is not None:
            return _at_stake(dump.snapshot)
        case Revert():
            left = observed.tree.get(observed.tree.current)
            return overlays(left) if left is not None else ()
        case _:
            return ()


def _at_stake(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(dict.fromkeys(at_stake(snapshot))) if snapshot.external else ()


def _taken(step: Step, observed: Domain, files: Files) -> Iterator[Refusal]:
    """Trap 17: metadata may name anybody's files, and libvirt believes it."""
    for path in _believed(step, observed):
        if path in files.foreign:
            facts = {"file": path, "user": files.foreign[path]}
            yield refuse(Code.METADATA_FOREIGN, step.action.snapshot, **facts)


def _elsewhere(step: Step, site: PlanBase) -> Iterator[Refusal]:
    """The same for files that are nobody's, but not where this domain keeps its own."""
    if isinstance(step.action, Redefine):
        return  # a dump's files are looked at before it is believed
    for path in _believed(step, site.observed):
        if path not in site.files.foreign and not in_domain_directory(
            path, site.observed, site.allowed
        ):
            facts = {"path": path}
            yield refuse(Code.METADATA_ELSEWHERE, step.action.snapshot, **facts)


def unseen(steps: tuple[Step, ...], site: PlanBase) -> Iterator[str]:
    """Sentences for what nobody could look at: a remote host, or no permission."""
    for step in steps:
        for snapshot in _relied(step, site.observed):
            hidden = (
                path for path in _needed(snapshot) if site.files.exists.get(path, True) is None
            )
            yield from (f"{snapshot.name}: nobody could see whether {p} exists" for p in hidden)
            yield from _unread(snapshot.name, _tagged(snapshot), site)
        paths = (disk.path for disk in _new_tags(step, site.observed) if disk.path)
        yield from _unread(step.action.snapshot, paths, site)


def _unread(name: str, images: Iterable[str], site: PlanBase) -> Iterator[str]:
    for image in images:
        if image not in site.files.tags:
            yield f"{name}: nobody could see which internal snapshots {image} holds"
