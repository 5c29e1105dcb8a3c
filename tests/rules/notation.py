"""A small notation for trees in tests: the history that made one, and what it looks like.

A history is words separated by commas, folded through the rules: `ext A, int B, revert A, stop`.

    ext A [vda]     external disks (only the targets named), no memory
    mem A           external disks and external memory
    int A           internal; with its memory if the domain is active
    revert A · delete A · forget A · start · pause · stop

A drawing is one line per root, `NAME kind`, `*` behind the current one, children in parentheses:
`A ext (B int) (C ext*)`.
"""

from dataclasses import replace
from typing import Final

from reconcile.model.action import Action, Delete, Revert
from reconcile.model.desired import DesiredSnapshot, DesiredTree, Position
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DiskKind, Memory, MemoryKind, SnapshotDisk
from reconcile.model.tree import Tree
from reconcile.plan.phases.resolve import resolve
from reconcile.rules.effect import effect

PLACE: Final = Position("web01.yaml", 1, 1)
OWN: Final = Capabilities("QEMU", (9, 0, 0), external_revert=False)
TRIXIE: Final = Capabilities("QEMU", (11, 3, 0), external_revert=True)
FORKY: Final = Capabilities("QEMU", (12, 8, 0), external_revert=True)
TEST: Final = Capabilities("TEST", (9, 0, 0), external_revert=False)
RELEASES: Final = {"own": OWN, "trixie": TRIXIE, "forky": FORKY}
STATES: Final = {
    "start": DomainState.RUNNING,
    "pause": DomainState.PAUSED,
    "stop": DomainState.SHUTOFF,
}


def disk(target: str = "vda", form: str = "qcow2") -> Disk:
    return Disk(target, f"/images/{target}.{form}", format=form)


def domain(*disks: Disk, state: DomainState = DomainState.SHUTOFF) -> Domain:
    """A domain without snapshots; with one qcow2 disk if none is given."""
    uuid = "11111111-2222-3333-4444-555555555555"
    return Domain("web01", uuid, state, disks or (disk(),), Tree.of(()))


def grown(history: str, start: Domain | None = None, host: Capabilities = FORKY) -> Domain:
    """The domain after the history; a word that the rules refuse is an error of the test."""
    now = start or domain()
    for words in filter(None, (part.split() for part in history.split(","))):
        if words[0] in STATES:
            now = replace(now, state=STATES[words[0]])
            continue
        after = effect(now, action(now, *words), host)
        assert not isinstance(after, Refusal), f"{' '.join(words)}: {after}"
        now = after
    return now


def action(now: Domain, verb: str, name: str, *targets: str) -> Action:
    """One word of a history as an action on the domain as it is."""
    match verb:
        case "revert":
            return Revert(name)
        case "delete" | "forget":
            return Delete(name, metadata_only=verb == "forget")
        case "ext" | "mem" | "int":
            return resolve(_taken(now, verb, name, targets), now, None)
    raise ValueError(verb)


def _taken(now: Domain, verb: str, name: str, targets: tuple[str, ...]) -> DesiredSnapshot:
    usual = DiskKind.INTERNAL if verb == "int" else DiskKind.EXTERNAL
    memory = Memory(MemoryKind.EXTERNAL) if verb == "mem" else None
    disks = tuple(
        SnapshotDisk(d.target, DiskKind.NONE if targets and d.target not in targets else usual)
        for d in now.disks
        if d.snapshotable
    )
    return DesiredSnapshot(name, None, PLACE, memory=memory, disks=disks)


def drawn(tree: Tree) -> str:
    """The tree in one line per root."""
    return "; ".join(_drawn(tree, root) for root in tree.children(None))


def _drawn(tree: Tree, name: str) -> str:
    kind = "ext" if tree[name].external else "int"
    star = "*" if tree.current == name else ""
    below = "".join(f" ({_drawn(tree, child)})" for child in tree.children(name))
    return f"{name} {kind}{star}{below}"


def declared(drawing: str, **options: object) -> DesiredTree:
    """A desired tree from a drawing, without kinds where none are written: `A (B ext) (C)`."""
    entries = tuple(_entries(drawing))
    return replace(DesiredTree(("web01",), PLACE), snapshots=entries, **options)  # type: ignore[arg-type] # options are fields of the tree


def _entries(drawing: str) -> list[DesiredSnapshot]:
    """Words and parentheses from left to right; `levels` holds the last name of each open one."""
    found: list[DesiredSnapshot] = []
    levels: list[str | None] = [None]
    for word in drawing.replace("(", " ( ").replace(")", " ) ").replace(";", " ").split():
        match word:
            case "(":
                levels.append(None)
            case ")":
                levels.pop()
            case "ext" | "int":
                kind = DiskKind.INTERNAL if word == "int" else DiskKind.EXTERNAL
                found[-1] = replace(found[-1], disks=(SnapshotDisk("vda", kind),))
            case _:
                levels[-1] = word
                found.append(DesiredSnapshot(word, levels[-2] if levels[1:] else None, PLACE))
    return found
