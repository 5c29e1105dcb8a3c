"""The operations of a case: small values that can be generated, replayed, printed and left out."""

import random
from dataclasses import dataclass
from typing import Literal

from reconcile.model.action import Action, Delete, Redefine, Revert
from reconcile.model.desired import DesiredSnapshot, Position, RunState
from reconcile.model.domain import Domain
from reconcile.model.snapshot import DiskKind, Mark, Memory, MemoryKind, SnapshotDisk
from reconcile.plan.phases.resolve import resolve

PLACE = Position("conformance", 1, 1)
NAMES = tuple("ABCDEFGH")
Verb = Literal["start", "pause", "resume", "destroy"]


@dataclass(frozen=True, slots=True)
class Create:
    """Take a snapshot; `disks` are (target, kind) pairs, memory None is undeclared."""

    name: str
    disks: tuple[tuple[str, DiskKind], ...]
    memory: MemoryKind | None

    def action(self, domain: Domain) -> Action:
        """The planner's own way from a declared entry to an action."""
        disks = tuple(SnapshotDisk(target, kind) for target, kind in self.disks)
        memory = None if self.memory is None else Memory(self.memory)
        entry = DesiredSnapshot(self.name, domain.tree.current, PLACE, memory=memory, disks=disks)
        return resolve(entry, domain, None)


@dataclass(frozen=True, slots=True)
class Describe:
    """Redefine the description and the mark."""

    name: str
    text: str

    def action(self, domain: Domain) -> Action:
        """A redefine that keeps the place."""
        found = domain.tree.get(self.name)
        mark = Mark(self.name, f"digest-{self.text}", labels=(("text", self.text),))
        return Redefine(self.name, found.parent if found else None, self.text, mark)


@dataclass(frozen=True, slots=True)
class Move:
    """Redefine the parent."""

    name: str
    parent: str | None

    def action(self, domain: Domain) -> Action:
        """A redefine that keeps all but the place."""
        found = domain.tree.get(self.name)
        text, mark = (found.description, found.mark) if found else ("", None)
        return Redefine(self.name, self.parent, text, mark)


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete one snapshot."""

    name: str

    def action(self, _domain: Domain) -> Action:
        """A plain delete."""
        return Delete(self.name)


@dataclass(frozen=True, slots=True)
class Forget:
    """Drop the metadata of one snapshot."""

    name: str

    def action(self, _domain: Domain) -> Action:
        """A delete of the metadata alone."""
        return Delete(self.name, metadata_only=True)


@dataclass(frozen=True, slots=True)
class Copy:
    """A second entry for an external snapshot, as a rename and a clone make it."""

    name: str
    source: str

    def action(self, domain: Domain) -> Action:
        """A redefine under another name; of the current one, the pointer goes along."""
        found = domain.tree.get(self.source)
        parent = found.parent if found else None
        current = domain.tree.current == self.source
        mark = Mark(self.name, "copied")
        return Redefine(self.name, parent, "copy", mark, current=current, copy_of=self.source)


@dataclass(frozen=True, slots=True)
class GoTo:
    """Revert to a snapshot."""

    name: str
    run_state: RunState

    def action(self, _domain: Domain) -> Action:
        """A revert without force."""
        return Revert(self.name, self.run_state)


@dataclass(frozen=True, slots=True)
class Power:
    """Somebody starts, pauses, resumes or stops the domain."""

    verb: Verb


Operation = Create | Describe | Move | Remove | Forget | Copy | GoTo | Power


def random_operation(rng: random.Random, domain: Domain) -> Operation:
    """One that makes sense often, and is wrong now and then."""
    names = sorted(domain.tree.snapshots)
    free = [name for name in NAMES if name not in names] or [NAMES[0]]
    kinds = ["create"] * (6 if len(names) < 3 else 3)
    if names:
        kinds += ["remove"] * 2 + ["goto"] * 4 + ["describe", "move", "forget", "copy"]
    kinds += ["power"]
    return _operation(rng.choice(kinds), rng, domain, free)


def _operation(kind: str, rng: random.Random, domain: Domain, free: list[str]) -> Operation:
    names = sorted(domain.tree.snapshots)
    match kind:
        case "create":
            return _create(rng, domain, rng.choice(free) if rng.random() < 0.97 else "A")
        case "power":
            return _power(rng, domain)
        case "copy":
            return Copy(rng.choice(free), rng.choice(names))
        case _:
            return _on_existing(kind, rng, names)


def _on_existing(kind: str, rng: random.Random, names: list[str]) -> Operation:
    match kind:
        case "remove":
            return Remove(rng.choice(names))
        case "forget":
            return Forget(rng.choice(names))
        case "describe":
            return Describe(rng.choice(names), rng.choice(["", "one", "<two> & ü"]))
        case "move":
            return Move(rng.choice(names), rng.choice([None, *names]))
        case _:
            state = rng.choice([RunState.AS_CAPTURED] * 4 + [RunState.RUNNING, RunState.PAUSED])
            return GoTo(rng.choice(names), state)


def _create(rng: random.Random, domain: Domain, name: str) -> Create:
    usual = rng.choice([DiskKind.INTERNAL, DiskKind.EXTERNAL, DiskKind.EXTERNAL])
    kinds = [usual] * 8 + [DiskKind.NONE] * (2 if usual is DiskKind.EXTERNAL else 0)
    odd = [DiskKind.INTERNAL, DiskKind.EXTERNAL, DiskKind.NONE]
    targets = [disk.target for disk in domain.disks if disk.snapshotable]
    pool = odd if rng.random() < 0.05 else kinds
    disks = tuple((target, rng.choice(pool)) for target in targets)
    memory: list[MemoryKind | None] = [None]
    if domain.active and usual is DiskKind.EXTERNAL:
        memory = [None, MemoryKind.EXTERNAL]
    chosen = rng.choice(list(MemoryKind)) if rng.random() < 0.05 else rng.choice(memory)
    return Create(name, disks, chosen)


def _power(rng: random.Random, domain: Domain) -> Power:
    if not domain.active:
        return Power("start")
    return Power(
        rng.choice(["destroy", "destroy", "pause" if domain.state == "running" else "resume"])
    )
