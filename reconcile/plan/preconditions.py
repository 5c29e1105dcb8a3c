"""Preconditions of a plan: its data exists, and what it would write is still free.

libvirt checks most of this after it has stopped the guest (trap 9), and some of it never.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from reconcile.model.action import Create, Delete, Redefine, Revert
from reconcile.model.definition import Requirement
from reconcile.model.domain import Disk, Domain
from reconcile.model.fact import Fact
from reconcile.model.host import Host
from reconcile.model.images import ImageGraph, Role
from reconcile.model.plan import DomainPlan, Refusal, Step
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.plan import revert_needs
from reconcile.plan.written_files import in_domain_directory, written
from reconcile.rules.file_effects import at_stake, tagged
from reconcile.rules.files import overlays
from reconcile.rules.images import named
from reconcile.rules.refusals import Code, refuse


@dataclass(frozen=True, slots=True)
class FactRequest:
    """Facts about images that a plan makes worth asking for.

    `paths`: whether each exists; `images`: which tags are in each; `overlays`: what each lies on
    that a step takes over; `sharing`: who of all domains of the host lies on which image;
    `chains`: what the images of the planned domains say themselves; `resources`: what must
    be there beside files; `memories`: what each file of saved memory says.
    """

    paths: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()
    sharing: bool = False
    chains: bool = False
    resources: tuple[Requirement, ...] = ()
    memories: tuple[str, ...] = ()

    def __or__(self, other: "FactRequest") -> "FactRequest":
        """Both requests as one."""
        return FactRequest(
            tuple(dict.fromkeys((*self.paths, *other.paths))),
            tuple(dict.fromkeys((*self.images, *other.images))),
            tuple(dict.fromkeys((*self.overlays, *other.overlays))),
            self.sharing or other.sharing,
            self.chains or other.chains,
            tuple(dict.fromkeys((*self.resources, *other.resources))),
            tuple(dict.fromkeys((*self.memories, *other.memories))),
        )


def request(plan: DomainPlan) -> FactRequest:
    """The facts worth asking of the data that a plan relies on, and of what it writes."""
    relied = [each for step in plan.steps for each in _relied(step, plan.observed)]
    internal = [d.path for step in plan.steps for d in _new_tags(step, plan.observed)]
    inside = {file for snapshot in relied for file in _tagged(snapshot)}
    needed = sorted({file for snapshot in relied for file in _needed(snapshot)})
    reverts = list(_reverts(plan.steps, plan.observed, plan.expected))
    started = [each for _, snapshot in reverts for each in snapshot.definition.requires]
    touched = any(s.files.changed or s.files.frozen or s.files.needed for s in plan.steps)
    believed = any(
        _believed(step, plan.observed) or list(_restored_disks(step)) for step in plan.steps
    )
    return FactRequest(
        paths=(*written(plan), *needed, *(path for each in started for path in each.files)),
        images=tuple(sorted(inside | set(filter(None, internal)))),
        overlays=tuple(sorted(path for step in plan.steps for path in step.files.reused)),
        sharing=bool(written(plan)) or touched or believed,
        chains=bool(plan.observed.tree) or bool(plan.steps),
        resources=tuple(each for each in started if not each.is_file),
        memories=tuple(filter(None, (snapshot.memory.file for _, snapshot in reverts))),
    )


@dataclass(frozen=True, slots=True)
class PlanBase:
    """What a plan begins from: the observed domain, the host, and `allowed` folders to write to."""

    observed: Domain
    host: Host
    allowed: tuple[str, ...] = ()

    @property
    def images(self) -> ImageGraph:
        """The image graph of the host that is planned for."""
        return self.host.images


def objections(
    steps: tuple[Step, ...], expected: tuple[Domain, ...], base: PlanBase
) -> Iterator[Refusal]:
    """Refusals of steps that the facts speak against; `expected` is the domain after each step."""
    for action, target in _reverts(steps, base.observed, expected):
        yield from revert_needs.objections(action, target, base.host)
        yield from revert_needs.damaged_memory(target, base.observed, base.images)
        yield from revert_needs.bitmaps(target, base.observed, base.images)
    for step in steps:
        foreign = tuple(_foreign(step, base))
        foreign_disks = () if foreign else tuple(_foreign_disks(step, base))
        yield from foreign_disks
        for snapshot in () if foreign_disks else _relied(step, base.observed):
            yield from _missing(snapshot, base.images)
        yield from _away(step, base)
        yield from _orphans(step, base)
        yield from foreign
        yield from _elsewhere(step, base)


def _reverts(
    steps: Iterable[Step], observed: Domain, expected: tuple[Domain, ...]
) -> Iterator[tuple[Revert, Snapshot]]:
    """Each revert with its snapshot as it is then, which a step before may have taken."""
    for step, before in zip(steps, (observed, *expected), strict=False):
        target = before.tree.get(step.action.snapshot)
        if isinstance(step.action, Revert) and target is not None:
            yield step.action, target


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
    return (file for _, file in tagged(snapshot))


def _missing(snapshot: Snapshot, images: ImageGraph) -> Iterator[Refusal]:
    for path in _needed(snapshot):
        if images.exists(path) is Fact.NO:
            yield refuse(Code.FILE_MISSING, snapshot.name, path=path)
    for path in _tagged(snapshot):
        tags = images.tags(path)
        if tags is not None and snapshot.name not in tags:
            yield refuse(Code.TAG_MISSING, snapshot.name, path=path, name=snapshot.name)


def _away(step: Step, base: PlanBase) -> Iterator[Refusal]:
    """libvirt skips an image that is not there, and calls the delete done (all releases)."""
    match step.action:
        case Delete(snapshot=name, metadata_only=False) if name in base.observed.tree:
            for path in _tagged(base.observed.tree[name]):
                if base.images.exists(path) is Fact.NO:
                    yield refuse(Code.IMAGE_AWAY, name, path=path)
        case _:
            return


def _new_tags(step: Step, observed: Domain) -> Iterator[Disk]:
    if isinstance(step.action, Create) and step.action.snapshot not in observed.tree:
        for disk in step.action.disks:
            found = observed.disk(disk.target)
            if disk.kind is DiskKind.INTERNAL and found is not None:
                yield found


def _orphans(step: Step, base: PlanBase) -> Iterator[Refusal]:
    """Trap 7: a second tag of one name is found instead of ours, or replaced."""
    name = step.action.snapshot
    for disk in _new_tags(step, base.observed):
        if name in (base.images.tags(disk.path or "") or ()):
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
    return at_stake(snapshot) if snapshot.external else ()


def _foreign(step: Step, base: PlanBase) -> Iterator[Refusal]:
    """Trap 17: metadata may name anybody's files, and libvirt believes it."""
    restored = isinstance(step.action, Redefine)
    for path in _believed(step, base.observed):
        others = base.images.others(path, base.observed.uuid)
        user = next((use.user for use in others if restored or use.role is Role.DISK), None)
        if user is not None:
            facts = {"file": path, "user": user, "restored": restored, **_facts(step, base, path)}
            yield refuse(Code.METADATA_FOREIGN, step.action.snapshot, **facts)


def _foreign_disks(step: Step, base: PlanBase) -> Iterator[Refusal]:
    """A dump's definition may name anybody's disk, which a revert would give to this domain."""
    for target, path in _restored_disks(step):
        others = base.images.others(path, base.observed.uuid)
        user = next((use.user for use in others if use.role is Role.DISK), None)
        if user is not None and isinstance(step.action, Redefine):
            why = f"its disk {target} is {path}, which is {user}"
            facts = {"file": step.action.file, "why": why, "missing": True}
            yield refuse(Code.DUMP_WRONG, step.action.snapshot, **facts)


def _restored_disks(step: Step) -> Iterator[tuple[str, str]]:
    """Targets and images of the disks in the definition of a snapshot restored from a dump."""
    if isinstance(step.action, Redefine) and step.action.dump is not None:
        yield from step.action.dump.snapshot.base


def _facts(step: Step, base: PlanBase, path: str) -> dict[str, object]:
    """What decides how a file that metadata names can be set right."""
    return {
        "deleted": isinstance(step.action, Delete),
        "domain": base.observed.name,
        "folder": str(PurePosixPath(path).parent),
        **named(step.action, base.observed, path),
    }


def _elsewhere(step: Step, base: PlanBase) -> Iterator[Refusal]:
    """The same for files that are nobody's, but not where this domain keeps its own."""
    if isinstance(step.action, Redefine):
        return  # a dump's files are looked at before it is believed
    own = base.observed.images
    for path in _believed(step, base.observed):
        foreign = any(base.images.others(path, base.observed.uuid))
        known = foreign or path in own
        if not known and not in_domain_directory(path, base.observed, base.allowed):
            facts = {"path": path, **_facts(step, base, path)}
            yield refuse(Code.METADATA_ELSEWHERE, step.action.snapshot, **facts)


def unseen(steps: tuple[Step, ...], expected: tuple[Domain, ...], base: PlanBase) -> Iterator[str]:
    """Sentences on data that nobody could look at: a remote host, or no permission."""
    for action, target in _reverts(steps, base.observed, expected):
        yield from revert_needs.warnings(action, target, base.host)
    for step in steps:
        for snapshot in _relied(step, base.observed):
            hidden = (
                path for path in _needed(snapshot) if base.images.exists(path) is Fact.UNKNOWN
            )
            yield from (f"{snapshot.name}: nobody could see whether {p} exists" for p in hidden)
            yield from _unread(snapshot.name, _tagged(snapshot), base.images)
        paths = (disk.path for disk in _new_tags(step, base.observed) if disk.path)
        yield from _unread(step.action.snapshot, paths, base.images)


def unshared(steps: tuple[Step, ...], base: PlanBase) -> Iterator[str]:
    """Sentences on other domains of which nobody could see what their images lie on."""
    others = dict.fromkeys(
        use.user for _, use in base.images.unseen if use.domain != base.observed.uuid
    )
    for step in steps if others else ():
        for path in sorted(step.files.changed):
            yield (
                f"{step.action.snapshot}: nobody could see whether {next(iter(others))}"
                f"{' or others' if len(others) > 1 else ''} lies on {path}, which this changes"
            )


def _unread(name: str, paths: Iterable[str], images: ImageGraph) -> Iterator[str]:
    for path in paths:
        if images.tags(path) is None:
            yield f"{name}: nobody could see which internal snapshots {path} holds"
