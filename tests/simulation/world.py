"""A host made of the rules, and what libvirt is known to leave on one when a call is cut off.

The states between are those that were seen on real daemons: a tag or an overlay without metadata, a
part of a memory file, a paused guest, a snapshot flagged as being deleted, a guest started for a
merge. Doing the same call again from one of them completes it, as libvirt does.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from reconcile.errors import HostError, Reason
from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.desired import Metadata
from reconcile.model.domain import Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.leftover import (
    Displaced,
    LeftFile,
    Leftover,
    LeftPaused,
    LeftPointer,
    LeftStarted,
    LeftTag,
    LeftTaken,
)
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DiskKind, MemoryKind, Snapshot, SnapshotDisk
from reconcile.recovery.look import Cut, Now, Seen
from reconcile.recovery.traces import files_of, images_of, removed_by, written_by
from reconcile.rules.effect import effect
from tests.simulation.faults import Crash, Faults

REFUSED, LOST = 9, 38  # libvirt's OPERATION_FAILED and SYSTEM_ERROR


class ViolationError(AssertionError):
    """The executor did what it never may."""


@dataclass(slots=True)
class World:
    """The host as it really is, behind every connection to it."""

    domain: Domain
    capabilities: Capabilities
    process: int | None = None
    files: set[str] = field(default_factory=set)
    tags: set[tuple[str, str]] = field(default_factory=set)
    written: Counter[str] = field(default_factory=Counter)
    memory_of: dict[str, int | None] = field(default_factory=dict)
    running: "Call | None" = None
    began: "Call | None" = None
    _second: int = 1_700_000_000

    def __post_init__(self) -> None:
        if self.domain.active:
            self.process = 1
        for snapshot in self.domain.tree:
            self.files |= set(snapshot.files())
            self.tags |= {(image, snapshot.name) for image in _images(snapshot)}

    def completed(self, call: "Call") -> None:
        """All of the call's effect, and its traces among files, tags and processes."""
        self.domain = self._real(call.after)
        self.running = self.began = None
        action = call.action
        match action:
            case Create():
                self.files |= set(files_of(action))
                self.tags |= {(image, action.snapshot) for image in images_of(action, call.before)}
                self.memory_of[action.snapshot] = self.process
            case Delete(metadata_only=False):
                self.tags -= {(i, action.snapshot) for i in images_of(action, call.before)}
                self.files -= set(call.before.tree[action.snapshot].files()) - _used(self.domain)
            case Revert():
                self.process = _next(self.process) if self.domain.active else None
            case _:
                return

    def _real(self, domain: Domain) -> Domain:
        self._second += 1
        return concrete(domain, self._second)


def concrete(domain: Domain, second: int) -> Domain:
    """The rules' stand-ins become names of this second, as libvirt gives them."""

    def real(path: str) -> str:
        if not path.endswith(">"):
            return path
        stem, _, number = path.rpartition(".<")
        return f"{stem}.{second}{number[:-1]}"

    def moved(disk: SnapshotDisk) -> SnapshotDisk:
        return disk if disk.file is None else replace(disk, file=real(disk.file))

    def entry(snapshot: Snapshot) -> Snapshot:
        return replace(
            snapshot,
            disks=tuple(map(moved, snapshot.disks)),
            revert_disks=tuple(map(moved, snapshot.revert_disks)),
            base=tuple((target, real(path)) for target, path in snapshot.base),
        )

    disks = tuple(replace(d, path=d.path and real(d.path)) for d in domain.disks)
    return replace(domain, disks=disks, tree=domain.tree.put(*map(entry, domain.tree)))


@dataclass(frozen=True, slots=True)
class Call:
    """A change that was asked for: what it is, from where, to where."""

    action: Action
    before: Domain
    after: Domain


def _used(domain: Domain) -> set[str]:
    """Every file that a disk or a snapshot names."""
    files = {file for snapshot in domain.tree for file in snapshot.files()}
    return files | {disk.path for disk in domain.disks if disk.path}


def _next(process: int | None) -> int:
    return 1 + (process or 0)


def _images(snapshot: Snapshot) -> Iterator[str]:
    inside = (disk.target for disk in snapshot.disks if disk.kind is DiskKind.INTERNAL)
    yield from (file for target in inside if (file := snapshot.base_file(target)))


def halves(call: Call, world: World) -> dict[str, Callable[[], None]]:
    """The states in which a call that is cut off can leave the host, by name."""
    match call.action:
        case Create() as action:
            return _half_created(action, call, world)
        case Redefine(current=True):
            return {"the pointer is not moved": lambda: _put(world, _unpointed(call))}
        case Redefine():
            return {}
        case Delete() as action:
            return _half_deleted(action, call, world)
        case Revert():
            return {} if not world.domain.active else {"stopped": lambda: _stopped(world)}


def _half_created(action: Create, call: Call, world: World) -> dict[str, Callable[[], None]]:
    files, images = files_of(action), images_of(action, call.before)
    ways = _moved_or_lost(action, call, world)
    if files:
        ways["files are left"] = lambda: world.files.update(files)
    if images:
        ways["tags are left"] = lambda: world.tags.update((i, action.snapshot) for i in images)
    if images[1:]:
        ways["one tag is left"] = lambda: world.tags.add((images[0], action.snapshot))
    if call.before.state is DomainState.RUNNING and action.memory.kind is not MemoryKind.NONE:
        ways["paused"] = lambda: _put(world, replace(world.domain, state=DomainState.PAUSED))
        for name, leave in list(ways.items())[:2]:
            ways[f"paused, {name}"] = lambda leave=leave: _paused_and(world, leave)  # type: ignore[misc] # mypy cannot infer a lambda with a default
    if action.capture.metadata is Metadata.KEEP:
        ways["not marked"] = lambda: _unmarked(action, call, world)
    return ways


def _moved_or_lost(action: Create, call: Call, world: World) -> dict[str, Callable[[], None]]:
    ways: dict[str, Callable[[], None]] = {}
    pointed = call.before.tree.current is not None
    if pointed:
        ways["the pointer is lost"] = lambda: _put(world, _pointless(world.domain))
    if any(disk.kind is DiskKind.EXTERNAL for disk in action.disks):
        ways["disks are moved"] = lambda: _moved(world, call, files_of(action))
        if pointed:
            ways["both"] = lambda: _moved_and_lost(world, call, files_of(action))
    return ways


def _moved_and_lost(world: World, call: Call, files: tuple[str, ...]) -> None:
    _moved(world, call, files)
    _put(world, _pointless(world.domain))


def _moved(world: World, call: Call, files: tuple[str, ...]) -> None:
    _put(world, replace(world.domain, disks=call.after.disks))
    world.files.update(files)


def _replaced(world: World, left: Displaced) -> None:
    if not isinstance(left, LeftTaken):
        raise ViolationError(f"{left} is nothing that happens in this world")
    _put(world, _back(world.domain, {merge.target: merge.base for merge in left.merges}))
    world.files -= {merge.overlay for merge in left.merges}


def _back(domain: Domain, bases: dict[str, str]) -> Domain:
    disks = (replace(disk, path=bases.get(disk.target, disk.path)) for disk in domain.disks)
    return replace(domain, disks=tuple(disks))


def _pointless(domain: Domain) -> Domain:
    return replace(domain, tree=domain.tree.with_current(None))


def _paused_and(world: World, leave: Callable[[], None]) -> None:
    _put(world, replace(world.domain, state=DomainState.PAUSED))
    leave()


def _unmarked(action: Create, call: Call, world: World) -> None:
    made = replace(call.after.tree[action.snapshot], mark=None)
    world.completed(replace(call, after=replace(call.after, tree=call.after.tree.put(made))))


def _half_deleted(action: Delete, call: Call, world: World) -> dict[str, Callable[[], None]]:
    tree, gone = call.before.tree, call.before.tree[action.snapshot]
    moved = [replace(tree[name], parent=gone.parent) for name in tree.children(gone.name)]
    ways: dict[str, Callable[[], None]] = {}
    if moved:
        ways["children are moved"] = lambda: _put_tree(world, *moved)
    if action.metadata_only:
        return ways
    images = images_of(action, call.before)
    if images:
        ways["tags are gone"] = lambda: _untag(world, images, gone.name)
    parent = tree.get(gone.parent)
    if gone.external and call.before.active and parent is not None:
        flagged = replace(parent, delete_in_progress=True)
        ways["flagged"] = lambda: _put_tree(world, flagged)
    if written := written_by(action, call.before, world.capabilities):
        ways["written"] = lambda: world.written.update(written)
    if gone.external and not call.before.active:
        ways["started"] = lambda: _started(world)
    return ways


def _put(world: World, domain: Domain) -> None:
    world.domain = domain


def _put_tree(world: World, *entries: Snapshot) -> None:
    world.domain = replace(world.domain, tree=world.domain.tree.put(*entries))


def _untag(world: World, images: tuple[str, ...], name: str) -> None:
    world.tags -= {(image, name) for image in images}


def _unpointed(call: Call) -> Domain:
    current = call.before.tree.current
    return replace(call.after, tree=call.after.tree.with_current(current))


def _started(world: World) -> None:
    world.domain = replace(world.domain, state=DomainState.PAUSED)
    world.process = _next(world.process)


def _stopped(world: World) -> None:
    world.domain = replace(world.domain, state=DomainState.SHUTOFF)
    world.process = None


class SimulatedGuest:
    """The executor's guest on a world. Every call is a place where something can go wrong."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._broken = False
        self.capabilities = world.capabilities
        self.done: list[tuple[str, Action]] = []

    @property
    def reachable(self) -> bool:
        return not self._broken

    def revive(self) -> None:
        if self._faults.at("nobody answers", "crash") is not None:
            if self._faults.chosen and self._faults.chosen.way == "crash":
                raise Crash
            raise self._error(LOST)
        self._broken = False

    def observe(self) -> Domain:
        self._read()
        return self._world.domain

    def seen(self, action: Action, before: Domain) -> Seen:
        self._read()
        paths = tuple((disk.target, disk.path) for disk in self._world.domain.disks)
        return Seen(paths, self._world.process, self._written(action, before))

    def _written(self, action: Action, before: Domain) -> tuple[tuple[str, int], ...]:
        images = written_by(action, before, self.capabilities)
        return tuple((image, self._world.written[image]) for image in images)

    def taken(self, action: Action, before: Domain) -> tuple[str, ...]:
        self._read()
        files = [path for path in files_of(action) if path in self._world.files]
        tags = [(i, action.snapshot) for i in images_of(action, before)]
        known = isinstance(action, Create) and [tag for tag in tags if tag in self._world.tags]
        return tuple(map(str, (*files, *(known or ()))))

    def now(self, cut: Cut) -> Now:
        """A call that libvirt still worked on has come to its end."""
        self._read()
        world = self._world
        if world.running is not None:
            world.completed(world.running)
        tags = {
            image: tuple(name for at, name in sorted(world.tags) if at == image)
            for image in images_of(cut.action, cut.before)
        }
        watched = {
            *files_of(cut.action),
            *removed_by(cut.action, cut.before, world.capabilities),
        }
        files = frozenset(watched & world.files)
        written = self._written(cut.action, cut.before)
        return Now(world.domain, world.process, files, tags, written=written)

    def saved(self, inverse: Action | None) -> str | None:
        self._read()
        return f"saved {inverse.snapshot}" if isinstance(inverse, Redefine) else None

    def perform(self, action: Action, progress: Callable[[float], None]) -> None:
        progress(0.5)
        self._change("do", action)

    def mark(self, action: Create) -> None:
        marked = Redefine(action.snapshot, action.parent, action.description, action.mark)
        self.perform(marked, lambda _: None)

    def undo(self, inverse: Action, saved: str | None, progress: Callable[[float], None]) -> None:
        copies = isinstance(inverse, Redefine) and not (inverse.copy_of or inverse.dump)
        if copies and saved != f"saved {inverse.snapshot}":
            raise ViolationError(f"{inverse} is undone from {saved}")
        if isinstance(inverse, Delete) and not inverse.metadata_only:
            self._keep_memory(inverse)
        progress(0.5)
        self._change("undo", inverse)

    def _keep_memory(self, inverse: Delete) -> None:
        gone = self._world.domain.tree.get(inverse.snapshot)
        full = gone is not None and gone.memory.kind is not MemoryKind.NONE
        process = self._world.memory_of.get(inverse.snapshot)
        if full and process != self._world.process:
            raise ViolationError(f"{inverse} loses the only memory of a guest that is gone")

    def clean(self, leftover: Leftover, _action: Create | None) -> None:
        if self._faults.at("crash before", "crash after") == "crash before":
            raise Crash
        self._cleaned(leftover)
        if self._faults.chosen is not None and self._faults.seen[-1] == self._faults.chosen:
            raise Crash

    def _cleaned(self, leftover: Leftover) -> None:
        world = self._world
        match leftover:
            case LeftFile(path):
                if path in _used(world.domain):
                    raise ViolationError(f"{path} is removed, and something lies on it")
                world.files.discard(path)
            case LeftTag(image, name):
                world.tags.discard((image, name))
            case LeftPointer(name):
                _put(world, replace(world.domain, tree=world.domain.tree.with_current(name)))
            case LeftPaused():
                world.domain = replace(world.domain, state=DomainState.RUNNING)
            case LeftStarted():
                _stopped(world)
            case _:
                _replaced(world, leftover)

    def _read(self) -> None:
        if self._broken:
            raise self._error(LOST)
        match self._faults.at("crash", "connection lost"):
            case "crash":
                raise Crash
            case "connection lost":
                self._broken = True
                raise self._error(LOST)

    def _change(self, word: str, action: Action) -> None:
        """The call, or one of the ways in which it can go wrong."""
        if self._broken:
            raise self._error(LOST)
        world = self._world
        call = self._call(action)
        ways = halves(call, world)
        way = self._faults.at(*_ways(ways))
        if way is None:
            world.completed(call)
            self.done.append((word, action))
            return
        how, _, half = way.partition(": ")
        world.began = call
        if half == "all":
            world.completed(call)
            self.done.append((word, action))
        elif half == "later":
            world.running = call
            self.done.append((word, action))
        elif half != "nothing":
            ways[half]()
            if half == "not marked":
                self.done.append((word, action))
        self._fail(how)

    def _fail(self, how: str) -> None:
        if how == "crash":
            raise Crash
        self._broken = how == "lost"
        raise self._error(REFUSED if how == "refused" else LOST)

    def _call(self, action: Action) -> Call:
        """What was begun is finished by the same call; all else goes by the rules."""
        world = self._world
        if world.began is not None and world.began.action == action:
            return world.began
        after = effect(world.domain, action, world.capabilities)
        if isinstance(after, Refusal):
            raise self._error(REFUSED, after.message)
        return Call(action, world.domain, after)

    def _error(self, code: int, text: str = "it failed") -> HostError:
        return HostError("HOST", self._world.domain.name, "call", Reason(code, text))


def _ways(ways: dict[str, Callable[[], None]]) -> Iterator[str]:
    """The tool dies or loses its connection: nothing, half, all, or all a little later happens."""
    yield "refused: nothing"
    for how in ("crash", "lost"):
        yield from (f"{how}: {what}" for what in ("nothing", *ways, "all", "later"))
