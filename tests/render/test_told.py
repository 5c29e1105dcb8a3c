"""Plans whose words once led people wrong, told exactly: as text, and as JSON.

`told/NAME.txt` holds both; RECONCILE_UPDATE_GOLDEN=1 writes them anew.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from reconcile.diff.declaration import mark
from reconcile.model.desired import Current, DesiredTree, Prune, RevertWhen
from reconcile.model.domain import Domain, DomainState
from reconcile.model.snapshot import DiskKind, Memory, MemoryKind, SnapshotDisk
from reconcile.plan.planner import plan_of
from reconcile.planfile.encode import encode
from reconcile.render.text_plan import show_plan
from reconcile.views.plan import plan_view
from tests.render.screen import printed
from tests.rules.notation import declared, grown
from tests.views.planned import foreign, owned, planned

TOLD = Path(__file__).parent / "told"
UPDATE = os.environ.get("RECONCILE_UPDATE_GOLDEN") == "1"
SAID = ("action", "snapshot", "reason", "changes", "hazards", "reversible")
INT, EXT = "int", "ext"


@dataclass(frozen=True, slots=True)
class Told:
    """A domain, what is declared for it, and the name of the file with what is said."""

    name: str
    now: Domain
    desired: DesiredTree

    def __str__(self) -> str:
        return self.name


def entry(drawing: str, name: str, **keys: object) -> DesiredTree:
    """A declaration in which one entry says more."""
    tree = declared(drawing)
    entries = (replace(each, **keys) if each.name == name else each for each in tree.snapshots)  # type: ignore[arg-type] # an entry's own keys
    return replace(tree, snapshots=tuple(entries))


def applied(drawing: str, **keys: object) -> Domain:
    """A domain of one snapshot, A, as an entry of before has left it."""
    (was,) = entry("A", "A", **keys).snapshots
    (found,) = grown(drawing).tree
    left = replace(found, description=was.description or "", mark=mark(was, None, None))
    domain = grown(drawing)
    return replace(domain, tree=domain.tree.put(left))


def protected(drawing: str, name: str) -> Domain:
    """A domain whose snapshots are all ours, one of them protected."""
    domain = grown(drawing)
    domain = owned(domain, *domain.tree.snapshots)
    kept = domain.tree[name]
    assert kept.mark is not None
    put = domain.tree.put(replace(kept, mark=replace(kept.mark, protect=True)))
    return replace(domain, tree=put)


def ours(drawing: str, **fields: object) -> Domain:
    """A domain whose snapshots are all ours."""
    domain = grown(drawing)
    return replace(owned(domain, *domain.tree.snapshots), **fields)  # type: ignore[arg-type] # a domain's own fields


def labels() -> Iterator[Told]:
    """Each label that differs is told by its key, and never as `none → none`."""
    two = applied("int A", labels=(("env", "lab"), ("tier", "gold")))
    others = (("owner", "ops"), ("site", "b"))
    yield Told("labels-without-a-common-key", two, entry("A", "A", labels=others))
    yield Told("labels-with-a-common-key", two, entry("A", "A", labels=(("env", "prod"),)))
    yield Told("labels-all-removed", two, entry("A", "A", labels=()))


def ownership() -> Iterator[Told]:
    """Adopting is seen; what is kept by `prune: none` is ours all the same."""
    theirs = foreign(grown("int A, ext B"), "A", "B")
    yield Told("adopted-by-a-bare-entry", theirs, declared("A (B)"))
    mixed = foreign(ours("int A, int B, int C"), "C")
    yield Told("kept-and-not-ours", mixed, replace(declared("A"), prune=Prune.NONE))
    yield Told(
        "kept-beside-a-change", mixed, replace(entry("A", "A", description="new"), prune=Prune.NONE)
    )


def names() -> Iterator[Told]:
    """The root cause alone is told, and the way that saves a protected snapshot."""
    b = replace(entry("A (bee)", "bee", renamed_from="B"), current=Current("bee"))
    yield Told("internal-renamed", ours("int A, int B"), entry("A (bee)", "bee", renamed_from="B"))
    yield Told("internal-renamed-and-current", ours("int A, int B"), b)
    below = replace(entry("A (bee (C))", "bee", renamed_from="B"), current=Current("bee"))
    yield Told("internal-renamed-with-children", ours("int A, int B, int C"), below)
    yield Told("protected-renamed", protected("ext golden", "golden"), declared("golden-2"))
    yield Told(
        "protected-internal-renamed", protected("int golden", "golden"), declared("golden-2")
    )
    yield Told(
        "protected-undeclared", protected("ext golden, ext next", "golden"), declared("next")
    )


def places() -> Iterator[Told]:
    """Where libvirt would take a snapshot, and where it is declared: two places, in words."""
    yield Told("a-second-root", ours("int golden"), declared("golden; booted"))
    never = Current("booted", revert=RevertWhen.NEVER)
    branch = declared("base (booted) (web)", current=never)
    yield Told("a-branch-without-reverts", ours("int base, int booted"), branch)
    yield Told(
        "no-current-to-begin-with",
        replace(ours("int A"), tree=ours("int A").tree.with_current(None)),
        declared("A (B)"),
    )


def dead_ends() -> Iterator[Told]:
    """What can never be deleted is said before it is taken."""
    disks = (SnapshotDisk("vda", DiskKind.EXTERNAL),)
    yield Told(
        "external-below-internal", ours("int base"), entry("base (next)", "next", disks=disks)
    )
    running = ours("int base", state=DomainState.RUNNING)
    memory = Memory(MemoryKind.EXTERNAL)
    yield Told("memory-below-internal", running, entry("base (next)", "next", memory=memory))


def edits_in_git() -> Iterator[Told]:
    """Which key came or went, and that the snapshot stays as it is: no digests."""
    clean = applied("int A", description="Clean")
    yield Told("a-key-leaves-the-manifest", clean, declared("A"))
    bare = replace(
        clean,
        tree=clean.tree.put(
            replace(clean.tree["A"], mark=mark(declared("A").snapshots[0], None, None))
        ),
    )
    yield Told("a-key-enters-the-manifest", bare, entry("A", "A", description="Clean"))
    yield Told("a-value-changes", clean, entry("A", "A", description="Clean install"))


CASES = [*labels(), *ownership(), *names(), *places(), *dead_ends(), *edits_in_git()]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_told(case: Told) -> None:
    made = plan_of([planned(case.now, case.desired)])
    text = printed(lambda console: show_plan(console, plan_view(made))).partition(" sha256:")[0]
    (domain,) = encode(made)["domains"]
    actions = [{key: action[key] for key in SAID} for action in domain["actions"]]
    rest = {key: domain[key] for key in ("refusals", "unmanaged", "warnings")}
    got = f"{text}\n\n{json.dumps({'actions': actions, **rest}, indent=2, ensure_ascii=False)}\n"
    file = TOLD / f"{case.name}.txt"
    if UPDATE:
        file.write_text(got)
    assert got == file.read_text()


def test_no_file_is_left_over() -> None:
    assert {each.stem for each in TOLD.iterdir()} == {case.name for case in CASES}
