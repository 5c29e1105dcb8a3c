"""The executor's guest on a simulated host: every call is a place where something can go wrong.

Doing the same call again from a state between completes it, as libvirt does.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from reconcile.errors import HostError, LibvirtMessage
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.model.action import Action, Create, Delete, Redefine
from reconcile.model.domain import Domain, DomainState
from reconcile.model.fact import Fact
from reconcile.model.leftover import (
    Disagreement,
    IncompleteSnapshot,
    Leftover,
    LeftoverFile,
    LeftoverTag,
    LostCurrent,
    PausedGuest,
    StartedGuest,
    UnknownOverlays,
)
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import MemoryKind
from reconcile.recovery.call_context import Baseline, CallContext
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.footprint import CallFootprint
from reconcile.rules.effect import effect
from tests.simulation.faults import Crash, Faults
from tests.simulation.halves import halves
from tests.simulation.world import Call, World, used

REFUSED, LOST = LibvirtCode.OPERATION_FAILED, LibvirtCode.SYSTEM_ERROR


class ViolationError(AssertionError):
    """The executor did what it never may."""


class SimulatedDomain:
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

    def reconnect(self) -> None:
        if self._faults.at("nobody answers", "crash") is not None:
            if self._faults.chosen and self._faults.chosen.way == "crash":
                raise Crash
            raise self._error(LOST)
        self._broken = False

    def observe(self) -> Domain:
        self._read()
        return self._world.domain

    def obstacles(self, context: CallContext) -> tuple[str, ...]:
        self._read()
        if not isinstance(context.action, Create):
            return ()
        name, footprint = context.action.snapshot, context.footprint
        files = [path for path in footprint.created if path in self._world.files]
        tagged = [image for image in footprint.tagged if (image, name) in self._world.tags]
        return (*files, *tagged)

    def baseline(self, context: CallContext) -> Baseline:
        self._read()
        paths = tuple((disk.target, disk.path) for disk in self._world.domain.disks)
        return Baseline(paths, self._world.process, self._written(context.footprint))

    def _written(self, footprint: CallFootprint) -> tuple[tuple[str, int], ...]:
        return tuple((image, self._world.written[image]) for image in footprint.written)

    def evidence(self, context: CallContext) -> Evidence:
        """A call that libvirt still worked on has come to its end."""
        self._read()
        world, footprint = self._world, context.footprint
        if world.running is not None:
            world.completed(world.running)
        tags = {
            image: tuple(name for at, name in sorted(world.tags) if at == image)
            for image in footprint.tagged
        }
        files = {path: Fact.of(path in world.files) for path in footprint.files}
        written = self._written(footprint)
        return Evidence(world.domain, world.process, files, tags, written=written)

    def undo_data(self, inverse: Action | None) -> str | None:
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

    def remove(self, leftover: Leftover, _context: CallContext) -> None:
        if self._faults.at("crash before", "crash after") == "crash before":
            raise Crash
        self._cleaned(leftover)
        if self._faults.chosen is not None and self._faults.seen[-1] == self._faults.chosen:
            raise Crash

    def _cleaned(self, leftover: Leftover) -> None:
        world = self._world
        match leftover:
            case LeftoverFile(path):
                if path in used(world.domain):
                    raise ViolationError(f"{path} is removed, and something lies on it")
                world.files.discard(path)
            case LeftoverTag(image, name):
                world.tags.discard((image, name))
            case LostCurrent(name):
                tree = world.domain.tree.with_current(name)
                world.domain = replace(world.domain, tree=tree)
            case PausedGuest():
                world.domain = replace(world.domain, state=DomainState.RUNNING)
            case StartedGuest():
                world.stop()
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
        return HostError("HOST", self._world.domain.name, "call", LibvirtMessage(code, text))


def _replaced(world: World, left: Disagreement | IncompleteSnapshot) -> None:
    if not isinstance(left, UnknownOverlays):
        raise ViolationError(f"{left} is nothing that happens in this world")
    world.domain = _back(world.domain, {merge.target: merge.base for merge in left.merges})
    world.files -= {merge.overlay for merge in left.merges}


def _back(domain: Domain, bases: dict[str, str]) -> Domain:
    disks = (replace(disk, path=bases.get(disk.target, disk.path)) for disk in domain.disks)
    return replace(domain, disks=tuple(disks))


def _ways(ways: dict[str, Callable[[], None]]) -> Iterator[str]:
    """The tool dies or loses its connection: nothing, half, all, or all a little later happens."""
    yield "refused: nothing"
    for how in ("crash", "lost"):
        yield from (f"{how}: {what}" for what in ("nothing", *ways, "all", "later"))
