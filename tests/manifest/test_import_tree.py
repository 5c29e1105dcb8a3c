"""An imported tree plans to nothing, whatever the tree, and reads back as what was meant."""

from dataclasses import replace
from typing import Any, Final

import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconcile.diff.declaration import mark
from reconcile.manifest.import_tree import NOWHERE, ImportedTree, import_tree
from reconcile.manifest.load import load_text
from reconcile.manifest.write_document import document
from reconcile.model.desired import DesiredSnapshot, DesiredTree, Prune
from reconcile.model.domain import Domain
from reconcile.model.host import Host
from reconcile.model.identity import HostId
from reconcile.model.left_out import LeftOut
from reconcile.model.snapshot import (
    DiskKind,
    Mark,
    Memory,
    MemoryKind,
    Snapshot,
    SnapshotDisk,
    SnapshotState,
)
from reconcile.model.tree import Tree
from reconcile.plan.planner import plan_domain
from tests.manifest.test_yaml_scalar import TEXTS
from tests.properties.profile import examples
from tests.properties.worlds import World, worlds
from tests.rules.notation import FORKY, domain

NAMES: Final = TEXTS.filter(bool)
HOST: Final = Host(HostId("qemu/system@here", "qemu:///system"), FORKY)


@st.composite
def snapshots(draw: st.DrawFn, name: str, names: list[str]) -> Snapshot:
    """One snapshot with odd texts; most hang on another one, some on nothing that is there."""
    kinds = st.sampled_from(list(DiskKind))
    targets = draw(st.sets(st.sampled_from(["vda", "vdb", "sda", "odd target", "hdc"]), max_size=3))
    made = Snapshot(
        name=name,
        parent=draw(st.sampled_from([None, *names, *names, "nowhere"])),
        state=draw(st.sampled_from(list(SnapshotState))),
        memory=Memory(draw(st.sampled_from(list(MemoryKind)))),
        disks=tuple(SnapshotDisk(target, draw(kinds)) for target in sorted(targets)),
        description=draw(TEXTS),
        created=draw(st.integers(0, 5)),
        has_domain=draw(st.booleans()),
    )
    return replace(made, mark=draw(marks(made))) if made.has_domain else made


@st.composite
def marks(draw: st.DrawFn, snapshot: Snapshot) -> Mark | None:
    """None, somebody else's, or the one that declaring some of the snapshot gives it."""
    way = draw(st.sampled_from(["none", "other", "some", "some"]))
    labels = tuple(sorted(draw(st.dictionaries(NAMES, TEXTS, max_size=2)).items()))
    if way == "none":
        return None
    if way == "other":
        return Mark(snapshot.name, "digest", protect=draw(st.booleans()), labels=labels)
    some = st.booleans()
    taken = tuple(disk for disk in snapshot.disks if draw(some))
    entry = DesiredSnapshot(
        name=snapshot.name,
        parent=snapshot.parent,
        position=NOWHERE,
        description=snapshot.description if draw(some) else None,
        labels=labels if draw(some) else None,
        protect=draw(st.sampled_from([None, True, False])),
        memory=snapshot.memory if draw(some) else None,
        disks=taken if draw(some) else None,
    )
    return mark(entry, None, None)


@st.composite
def domains(draw: st.DrawFn) -> Domain:
    """A domain with a tree of up to eight snapshots, perhaps a circle among them."""
    names = draw(st.lists(NAMES, max_size=8, unique=True))
    drawn = [
        draw(snapshots(name, names if draw(st.integers(0, 9)) == 0 else names[:index]))
        for index, name in enumerate(names)
    ]
    current = draw(st.sampled_from([None, *names]))
    return replace(domain(), name=draw(NAMES), tree=Tree.of(drawn, current))


def _checked(observed: Domain) -> ImportedTree:
    """The import, after it was read back and planned."""
    imported = import_tree(observed)
    if not imported.desired.snapshots:
        return imported
    text = document(imported.desired, dict.fromkeys(observed.tree.snapshots, "taken once"))
    (read,) = load_text(text, "web01.yaml")
    assert _placeless(read) == imported.desired
    plan = plan_domain(read, observed, HOST)
    assert [each.action for each in plan.steps] == []
    assert [each.message for each in plan.refusals] == []
    assert _entries(yaml.safe_load(text)["snapshots"]) == _meant(imported.desired)
    return imported


def _placeless(tree: DesiredTree) -> DesiredTree:
    entries = tuple(replace(entry, position=NOWHERE) for entry in tree.snapshots)
    return replace(tree, position=NOWHERE, snapshots=entries)


def _entries(items: list[Any]) -> dict[str, str | None]:
    """Names with descriptions, as any reader of YAML 1.1 sees them."""
    found: dict[str, str | None] = {}
    waiting = [*items]
    while waiting:
        item = waiting.pop()
        found[item["name"]] = item.get("description")
        waiting.extend(item.get("children", []))
    return found


def _meant(tree: DesiredTree) -> dict[str, str | None]:
    return {entry.name: entry.description for entry in tree.snapshots}


@given(domains())
@examples(100)
def test_any_tree_plans_to_nothing(observed: Domain) -> None:
    imported = _checked(observed)
    declared = {entry.name for entry in imported.desired.snapshots}
    left = {each.snapshot for each in imported.left_out if not each.key}
    assert declared | left == set(observed.tree.snapshots)
    assert not declared & left


@given(worlds())
@examples(80)
def test_what_really_happens_is_declared_whole(world: World) -> None:
    imported = _checked(world.now)
    assert imported.left_out == ()
    assert len(imported.desired.snapshots) == len(world.now.tree)


def _snapshot(name: str, parent: str | None = None, **fields: Any) -> Snapshot:  # noqa: ANN401 - of any field
    disks = (SnapshotDisk("vda", DiskKind.EXTERNAL), SnapshotDisk("vdb", DiskKind.NONE))
    made = Snapshot(name, parent, SnapshotState.SHUTOFF, Memory(MemoryKind.NONE), disks)
    return replace(made, **fields)


def _text(
    *tree: Snapshot, current: str | None = None, connect: str | None = None, adopt: bool = False
) -> str:
    observed = replace(domain(), tree=Tree.of(tree, current))
    imported = import_tree(observed, connect, adopt=adopt)
    return document(imported.desired, {"base": "taken 2026-01-02 03:04 UTC, shutoff"})


def test_a_manifest_is_short() -> None:
    text = _text(
        _snapshot("base", description="Clean install\nof Debian", created=1),
        _snapshot("tuned", "base", created=3),
        _snapshot("older", "base", created=2, memory=Memory(MemoryKind.EXTERNAL)),
        current="tuned",
    )
    assert text == (
        "# yaml-language-server: $schema=manifest-v1.schema.json\n"
        "apiVersion: reconcile/v1\n"
        "domain: web01\n"
        "adopt: false  # remove this line to own what is declared here\n"
        "current: tuned\n"
        "defaults:\n"
        "  memory: none\n"
        "  disks: {vda: external, vdb: none}\n"
        "snapshots:\n"
        "  - name: base  # taken 2026-01-02 03:04 UTC, shutoff\n"
        "    description: |-\n"
        "      Clean install\n"
        "      of Debian\n"
        "    children:\n"
        "      - name: older\n"
        "        memory: external\n"
        "      - name: tuned\n"
    )


def test_deep_trees_are_flat() -> None:
    chain = [_snapshot(f"s{n:02}", f"s{n - 1:02}" if n else None) for n in range(9)]
    text = _text(*chain, adopt=True, connect="qemu:///session")
    assert "children" not in text
    assert "adopt" not in text
    assert "connect: qemu:///session\n" in text.replace('"', "")
    assert "  - name: s08\n    parent: s07\n" in text


def test_what_no_manifest_can_hold_is_said() -> None:
    kept, odd = _snapshot("kept"), _snapshot("two\nlines")
    mine = _snapshot("below", "two\nlines", mark=Mark("below", "x"))
    lost = _snapshot("lost", "nowhere", description="a\rb")
    observed = replace(domain(), tree=Tree.of([kept, odd, mine, lost], "below"))
    imported = import_tree(observed)
    assert imported.left_out == (
        LeftOut("two\nlines", "", "no manifest can hold its name"),
        LeftOut("below", "", "its parent two\nlines is left out"),
        LeftOut("lost", "", "its parent nowhere is not there"),
    )
    assert imported.desired.current is None
    assert imported.desired.prune is Prune.NONE  # what is owned and not declared would be deleted


def test_the_mark_says_what_was_declared() -> None:
    """Declared are those keys that the owner's manifest declared, and no others."""
    entry = DesiredSnapshot("base", None, NOWHERE, labels=(("tier", "golden"),), protect=True)
    owned = _snapshot("base", mark=mark(entry, None, None), description="by hand")
    text = _text(owned)
    assert "labels: {tier: golden}\n    protect: true\n" in text
    assert "disks" not in text
    assert "adopt" not in text
