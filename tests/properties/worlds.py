"""Random hosts, domains and histories: what somebody may have done before we look.

Operations are those of the conformance tests, so that everything tried here can be replayed on
real libvirt. What the rules refuse does not happen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from reconcile.model import action as actions
from reconcile.model.action import Action
from reconcile.model.desired import RunState
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DiskKind, MemoryKind, Snapshot
from reconcile.model.tree import Tree
from reconcile.rules.effect import effect
from tests.conformance.operations import Create, Describe, GoTo, Move, Operation, Power, Remove
from tests.rules.notation import FORKY, OWN, TRIXIE, disk, domain, drawn

NAMES = tuple("ABCDEFGH")
POWER = {
    ("start", DomainState.SHUTOFF): DomainState.RUNNING,
    ("pause", DomainState.RUNNING): DomainState.PAUSED,
    ("resume", DomainState.PAUSED): DomainState.RUNNING,
    ("destroy", DomainState.RUNNING): DomainState.SHUTOFF,
    ("destroy", DomainState.PAUSED): DomainState.SHUTOFF,
}

# what happens to small and to larger trees; the first is what a failing example shrinks to
FEW = ("nothing", "create", "create", "create", "create", "goto", "power", "describe")
MANY = ("nothing", "create", "create", "remove", "remove", "remove", "goto", "goto", "goto", "move")
MANY += ("describe", "power")

hosts = st.sampled_from([FORKY, TRIXIE, OWN])


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a domain; `action` is None where only its state changed."""

    before: Domain
    action: Action | None
    after: Domain


@dataclass(frozen=True, slots=True, repr=False)
class World:
    """A host, a domain on it, and how it came to be as it is."""

    host: Capabilities
    start: Domain
    events: tuple[Event, ...]

    @property
    def now(self) -> Domain:
        return self.events[-1].after if self.events else self.start

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """The history in words: what a failing example is read by."""
        printer.text(str(self))

    def __str__(self) -> str:
        disks = ", ".join(f"{each.target} {each.format}" for each in self.start.disks)
        lines = (told(event) for event in self.events)
        head = f"libvirt {self.host.version}, {disks}, {self.start.state}"
        return "\n".join((head, *lines, drawn(self.now.tree)))


def told(event: Event) -> str:
    """An event in a line."""
    match event.action:
        case None:
            return str(event.after.state)
        case actions.Create() as create:
            taken = " ".join(f"{disk.target}:{disk.kind}" for disk in create.disks)
            return f"create {create.snapshot} {taken} memory:{create.memory.kind}"
        case actions.Redefine() as redefine:
            return f"redefine {redefine.snapshot} below {redefine.parent}"
        case actions.Delete(snapshot=name):
            return f"delete {name}"
        case actions.Revert() as revert:
            return f"revert {revert.snapshot} {revert.run_state}"


def happen(before: Domain, operation: Operation, host: Capabilities) -> Event | None:
    """The operation as an event, or None where it cannot happen."""
    if isinstance(operation, Power):
        state = POWER.get((operation.verb, before.state))
        return Event(before, None, replace(before, state=state)) if state else None
    action = operation.action(before)
    after = effect(before, action, host)
    return None if isinstance(after, Refusal) else Event(before, action, after)


@st.composite
def disks(draw: st.DrawFn) -> tuple[Disk, ...]:
    """One disk, or two of which the second may be raw or a CD-ROM."""
    second = Disk("vdb", "/images/vdb.raw", format="raw", readonly=True, device="cdrom")
    others = [(), (), (disk("vdb"),), (disk("vdb", "raw"),), (second,)]
    return (disk(), *draw(st.sampled_from(others)))


@st.composite
def worlds(draw: st.DrawFn, longest: int = 12) -> World:
    """A domain after up to `longest` operations of anybody."""
    host = draw(hosts)
    now = start = domain(*draw(disks()), state=draw(st.sampled_from(list(POWER.values())[:3])))
    events: list[Event] = []
    for _ in range(longest):
        operation = draw(operations(now))
        event = happen(now, operation, host) if operation else None
        if event is not None:
            events.append(event)
            now = event.after
    return World(host, start, tuple(events))


@st.composite
def operations(draw: st.DrawFn, now: Domain) -> Operation:
    """Something that makes sense on the domain as it is, most of the time."""
    names = sorted(now.tree.snapshots)
    verbs = ["create"] * (6 if len(names) < 3 else 3) + ["power"]
    if names:
        verbs += ["remove", "remove", "goto", "goto", "goto", "goto", "describe", "move"]
    match draw(st.sampled_from(verbs)):
        case "create":
            return draw(creates(now))
        case "power":
            return Power(draw(st.sampled_from(["start", "pause", "resume", "destroy"])))
        case _ if not names:
            return None
        case "remove":
            return Remove(draw(st.sampled_from(names)))
        case "goto":
            state = draw(st.sampled_from([RunState.AS_CAPTURED, *RunState]))
            return GoTo(draw(st.sampled_from(names)), state)
        case "describe":
            return Describe(draw(st.sampled_from(names)), draw(st.sampled_from(["", "one"])))
        case "move":
            return Move(draw(st.sampled_from(names)), draw(st.sampled_from(["", *names])) or None)
        case _:
            return Power(draw(st.sampled_from(["start", "pause", "resume", "destroy"])))


@st.composite
def creates(draw: st.DrawFn, now: Domain) -> Create:
    """A snapshot of one kind, sometimes without one of the disks."""
    free = [name for name in NAMES if name not in now.tree] or [NAMES[0]]
    usual = draw(st.sampled_from([DiskKind.EXTERNAL, DiskKind.EXTERNAL, DiskKind.INTERNAL]))
    kinds = [usual] * 4 + [DiskKind.NONE] * (usual is DiskKind.EXTERNAL)
    taken = tuple(
        (each.target, draw(st.sampled_from(kinds))) for each in now.disks if each.snapshotable
    )
    memory = MemoryKind.EXTERNAL if usual is DiskKind.EXTERNAL and now.active else None
    return Create(free[0], taken, draw(st.sampled_from([None, memory])))


def shuffled(now: Domain, names: list[str]) -> Domain:
    """The same domain, its snapshots listed in another order and their disks backwards."""
    turned = (_backwards(now.tree[name]) for name in names)
    return replace(now, tree=Tree.of(turned, now.tree.current))


def _backwards(snapshot: Snapshot) -> Snapshot:
    return replace(
        snapshot,
        disks=snapshot.disks[::-1],
        base=snapshot.base[::-1],
        revert_disks=snapshot.revert_disks[::-1],
    )


def each_before(world: World) -> Iterator[Domain]:
    """The domain before each event, and as it is now."""
    yield from (event.before for event in world.events)
    yield world.now
