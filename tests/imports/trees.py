"""Random trees as people, other tools and this one leave them, with odd names and texts."""

import random
from dataclasses import replace
from typing import Final

from reconcile.diff.declaration import mark
from reconcile.model.desired import DesiredSnapshot
from reconcile.model.domain import Domain, DomainState
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import Mark, Snapshot
from reconcile.model.tree import Tree
from reconcile.rules.effect import effect
from tests.conformance.operations import PLACE, Power, random_operation
from tests.properties.worlds import POWER
from tests.rules.notation import FORKY

LENGTH: Final = 60
NAMES: Final = (
    "2024-01-01 10:00",
    "on",
    "010",
    "1e3",
    "null",
    "~",
    "a: b #c",
    "- x",
    "*x",
    "'q\"",
    "größe",
    "zwei Wörter",
    "nbsp\u00a0x",
    "\U0001f600",
    "nel\u0085x",
    "ls\u2028x",
    "bom\ufeff",
    "rtl\u202e",
    "{x}",
    "%x",
    "back\\slash",
    "tab\tx",
    "x" * 180,
)
TEXTS: Final = (
    "",
    "Clean install",
    "two\nlines",
    " lead",
    "trail ",
    "end\n",
    "# x",
    "key: value",
    "::error::x",
    "a\tb",
    "\u0085\u2028",
    "<x> & 'y'",
    "long " * 400,
    "1_000",
    "0x1f",
    "no",
)


def random_tree(rng: random.Random, domain: Domain) -> Tree:
    """The tree after some operations of the conformance test, renamed, described and marked."""
    now = domain
    for _ in range(rng.randrange(LENGTH)):
        operation = random_operation(rng, now)
        if isinstance(operation, Power):
            state = POWER.get((operation.verb, now.state))
            now = replace(now, state=state or now.state)
            continue
        after = effect(now, operation.action(now), FORKY)
        now = now if isinstance(after, Refusal) else after
    return dressed(rng, now.tree)


def dressed(rng: random.Random, tree: Tree) -> Tree:
    """The tree with some names, descriptions, times and marks of other kinds."""
    odd = iter(rng.sample(NAMES, len(NAMES)))
    names: dict[str | None, str | None] = {None: None}
    names |= {each.name: next(odd, each.name) if rng.random() < 0.4 else each.name for each in tree}
    return Tree.of((_dressed(rng, each, names) for each in tree), names[tree.current])


def _dressed(
    rng: random.Random, snapshot: Snapshot, names: dict[str | None, str | None]
) -> Snapshot:
    made = replace(
        snapshot,
        name=names[snapshot.name] or "",
        parent=names[snapshot.parent],
        description=rng.choice(TEXTS),
        created=rng.randrange(2_000_000_000),
        revert_disks=(),
    )
    return replace(made, mark=_mark(rng, made))


def _mark(rng: random.Random, snapshot: Snapshot) -> Mark | None:
    """None, one that nobody can have declared, or that of a declaration of some of it."""
    labels = tuple(
        sorted({rng.choice(NAMES): rng.choice(TEXTS) for _ in range(rng.randrange(3))}.items())
    )
    match rng.randrange(4):
        case 0:
            return None
        case 1:
            return Mark(snapshot.name, "other", protect=rng.random() < 0.5, labels=labels)
        case _:
            return mark(_some(rng, snapshot, labels), None, None)


def _some(
    rng: random.Random, snapshot: Snapshot, labels: tuple[tuple[str, str], ...]
) -> DesiredSnapshot:
    declared = [rng.random() < 0.5 for _ in range(4)]
    taken = tuple(disk for disk in snapshot.disks if rng.random() < 0.7)
    return DesiredSnapshot(
        name=snapshot.name,
        parent=snapshot.parent,
        position=PLACE,
        description=snapshot.description if declared[0] else None,
        labels=labels if declared[1] else None,
        protect=rng.choice([None, True, False]),
        memory=snapshot.memory if declared[2] else None,
        disks=tuple(replace(disk, file=None) for disk in taken) if declared[3] else None,
    )


def off(domain: Domain) -> Domain:
    """The domain as trees are drawn for it: without snapshots, off."""
    return replace(domain, state=DomainState.SHUTOFF, tree=Tree.of(()))
