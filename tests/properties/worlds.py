"""Random hosts, domains and histories: what somebody may have done before we look.

Operations are those of the conformance tests, so that everything tried here can be replayed on
real libvirt. What the rules refuse does not happen.
"""

from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from reconcile.model import action as actions
from reconcile.model.action import Action, Redefine
from reconcile.model.desired import RunState
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DiskKind, MemoryKind
from reconcile.rules.effect import effect
from tests.conformance.operations import (
    Create,
    Describe,
    GoTo,
    Move,
    Operation,
    Power,
    Remove,
    Verb,
)
from tests.properties.choices import chosen
from tests.rules.notation import FORKY, OWN, TRIXIE, disk, domain, drawn

NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # each is taken once: a file left behind is in no way
POWER = {
    ("start", DomainState.SHUTOFF): DomainState.RUNNING,
    ("pause", DomainState.RUNNING): DomainState.PAUSED,
    ("resume", DomainState.PAUSED): DomainState.RUNNING,
    ("destroy", DomainState.RUNNING): DomainState.SHUTOFF,
    ("destroy", DomainState.PAUSED): DomainState.SHUTOFF,
}

# what happens to trees of few and of many snapshots; the first is what an example shrinks to
FEW = ("nothing", "create", "create", "create", "create", "goto", "power", "describe", "remove")
MANY: tuple[str, ...] = (
    "nothing",
    "create",
    "create",
    "remove",
    "remove",
    "remove",
    "goto",
    "goto",
    "goto",
    "move",
)
MANY += ("clone",)
SMALL = 4  # snapshots, below which a tree should rather grow


@dataclass(frozen=True, slots=True)
class Clone:
    """A second entry beside the first, for the same data."""

    name: str
    source: str

    def action(self, now: Domain) -> Action:
        """With the same parent."""
        found = now.tree[self.source]
        return Redefine(self.name, found.parent, found.description, None, copy_of=self.source)


Happening = Operation | Clone

HOSTS = (FORKY, TRIXIE, OWN)
VERBS: tuple[Verb, ...] = ("start", "pause", "resume", "destroy")


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

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
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
            of = f" as {redefine.copy_of}" if redefine.copy_of else ""
            return f"redefine {redefine.snapshot}{of} below {redefine.parent}"
        case actions.Delete(snapshot=name):
            return f"delete {name}"
        case actions.Revert() as revert:
            return f"revert {revert.snapshot} {revert.run_state}"


def happen(before: Domain, operation: Happening, host: Capabilities) -> Event | None:
    """The operation as an event, or None where it cannot happen."""
    if isinstance(operation, Power):
        state = POWER.get((operation.verb, before.state))
        return Event(before, None, replace(before, state=state)) if state else None
    action = operation.action(before)
    after = effect(before, action, host)
    return None if isinstance(after, Refusal) else Event(before, action, after)


def disks(draw: st.DrawFn) -> tuple[Disk, ...]:
    """One disk, or two of which the second may be raw or a CD-ROM."""
    second = Disk("vdb", "/images/vdb.raw", format="raw", readonly=True, device="cdrom")
    others = [(), (), (disk("vdb"),), (disk("vdb", "raw"),), (second,)]
    return (disk(), *chosen(draw, others))


@st.composite
def worlds(draw: st.DrawFn, longest: int = 12) -> World:
    """A domain after up to `longest` operations of anybody."""
    host = chosen(draw, HOSTS)
    now = start = domain(*disks(draw), state=chosen(draw, list(POWER.values())[:3]))
    events: list[Event] = []
    for name in NAMES[:longest]:
        operation = operation_on(draw, now, name)
        event = happen(now, operation, host) if operation else None
        if event is not None:
            events.append(event)
            now = event.after
    return World(host, start, tuple(events))


def operation_on(draw: st.DrawFn, now: Domain, name: str) -> Happening | None:
    """Something that makes sense on the domain as it is, most of the time; or nothing."""
    names = sorted(now.tree.snapshots) or ["none"]
    match chosen(draw, FEW if len(now.tree) < SMALL else MANY):
        case "create":
            return creation(draw, now, name)
        case "goto":
            return GoTo(chosen(draw, names), chosen(draw, [RunState.AS_CAPTURED, *RunState]))
        case "remove":
            return Remove(chosen(draw, names))
        case "describe":
            return Describe(chosen(draw, names), chosen(draw, ["", "one"]))
        case "move":
            return Move(chosen(draw, names), chosen(draw, [None, *names]))
        case "clone":
            return Clone(name, chosen(draw, names))
        case "power":
            return Power(chosen(draw, VERBS))
    return None


def creation(draw: st.DrawFn, now: Domain, name: str) -> Create:
    """A snapshot of one kind, sometimes without one of the disks."""
    usual = chosen(draw, [DiskKind.EXTERNAL, DiskKind.EXTERNAL, DiskKind.INTERNAL])
    kinds = [usual] * 4 + [DiskKind.NONE] * (usual is DiskKind.EXTERNAL)
    taken = tuple((each.target, chosen(draw, kinds)) for each in now.disks if each.snapshotable)
    memory = MemoryKind.EXTERNAL if usual is DiskKind.EXTERNAL and now.active else None
    return Create(name, taken, chosen(draw, [None, memory]))
