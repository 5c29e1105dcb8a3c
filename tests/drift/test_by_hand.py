"""Every kind of change by hand, on every release: named, with its origin, and nothing else."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash_recovery.faults import killed_apply
from tests.drift import hands
from tests.drift.looked import Found, apply, declared, drift
from tests.harness.command import reconcile
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

TREE = """\
apiVersion: reconcile/v1
domain: {domain}
current: c
allow: [discards-guest-state]
snapshots:
  - name: a
    description: first
    children:
      - name: b
        description: second
        labels: {{tier: golden}}
        children:
          - name: c
            description: third
      - name: d
        disks: {{vda: internal}}
"""
CURRENT: Found = ("c", "current", "host", "moved")


def missing(*names: str, origin: str = "host") -> set[Found]:
    return {(name, "snapshot", origin, "missing") for name in names}


def moved(*names: str) -> set[Found]:
    return {(name, "parent", "host", "moved") for name in names}


def virsh(*arguments: str) -> Callable[[Domain], object]:
    command, *rest = arguments
    return lambda domain: hands.virsh(domain, command, *rest)


BY_HAND: dict[str, tuple[Callable[[Domain], object], set[Found]]] = {
    "delete a leaf": (virsh("snapshot-delete", "c"), missing("c")),
    "delete in the middle": (virsh("snapshot-delete", "b"), missing("b") | moved("c")),
    "delete the root": (virsh("snapshot-delete", "a"), missing("a") | moved("b", "d")),
    "delete metadata": (virsh("snapshot-delete", "c", "--metadata"), missing("c")),
    "delete a branch": (virsh("snapshot-delete", "b", "--children"), missing("b", "c")),
    "delete children": (virsh("snapshot-delete", "b", "--children-only"), missing("c")),
    "delete all": (
        lambda domain: [hands.virsh(domain, "snapshot-delete", name) for name in "cbda"],
        missing("a", "b", "c", "d", origin="unknown"),
    ),
    "edit": (
        lambda domain: hands.describe(domain, "b", "second", "theirs"),
        {("b", "description", "host", "changed")},
    ),
    "reparent": (lambda domain: hands.reparent(domain, "d", "b"), moved("d")),
    "current": (virsh("snapshot-current", "d"), {CURRENT}),
    "revert": (virsh("snapshot-revert", "d"), {CURRENT}),
    "lose the mark": (
        lambda domain: hands.without_mark(domain, "b"),
        {("b", "owned", "host", "changed"), ("b", "labels.tier", "unknown", "changed")},
    ),
    "delete the tag": (
        lambda domain: hands.untag(domain, "b"),
        {("b", "data", "host", "data-missing")},
    ),
    "attach a disk": (
        lambda domain: hands.virsh(
            domain,
            *("attach-disk", str(domain.folder / "vdz.img"), "vdz", "--config"),
            *("--sourcetype", "file", "--driver", "qemu", "--subdriver", "raw"),
        ),
        set(),
    ),
    "nothing": (lambda _: None, set()),
}


@pytest.fixture
def applied(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> tuple[Domain, Path]:
    domain = make_domain()
    return domain, declared(domain, TREE, tmp_path, lab)


@pytest.mark.parametrize("name", BY_HAND)
def test_a_change_by_hand(applied: tuple[Domain, Path], lab: Daemon, name: str) -> None:
    domain, manifest = applied
    (domain.folder / "vdz.img").write_bytes(bytes(2**20))
    change, expected = BY_HAND[name]
    change(domain)
    looked = drift(manifest, lab.uri)
    assert looked.found == expected
    quiet = reconcile("drift", "--quiet", str(manifest), uri=lab.uri)
    assert (quiet.code, bool(quiet.out)) == (2 if expected else 0, bool(expected))


@pytest.mark.parametrize("create", ["snapshot-create", "snapshot-create-as"])
def test_one_that_appeared(applied: tuple[Domain, Path], lab: Daemon, create: str) -> None:
    domain, manifest = applied
    hands.virsh(domain, create, *(["theirs"] if create.endswith("as") else []))
    looked = drift(manifest, lab.uri)
    assert looked.found == {CURRENT}
    (name,) = looked.unmanaged
    assert name == hands.virsh(domain, "snapshot-current", "--name").strip()
    told = reconcile("drift", str(manifest), uri=lab.uri)
    assert f"not declared, left alone: {name} (" in told.out
    assert " old)" in told.out
    ignored = manifest.with_name("ignored.yaml")
    ignored.write_text(manifest.read_text().replace("current: c", f"ignore: ['{name}']"))
    assert drift(ignored, lab.uri).unmanaged == ()
    pruned = manifest.with_name("pruned.yaml")
    pruned.write_text(manifest.read_text().replace("current: c", "current: c\nprune: all"))
    assert drift(pruned, lab.uri).found == {CURRENT, (name, "snapshot", "host", "undeclared")}


def test_git_alone_ahead_is_no_drift(applied: tuple[Domain, Path], lab: Daemon) -> None:
    domain, manifest = applied
    text = manifest.read_text().replace("description: second", "description: ours")
    text = text.replace("current: c", "current: d")
    manifest.write_text(text.replace("      - name: d\n", "      - name: d\n      - name: e\n"))
    ahead = {
        ("b", "description", "git", "changed"),
        ("d", "current", "git", "moved"),
        ("e", "snapshot", "git", "missing"),
    }
    manifest.write_text(manifest.read_text().replace("        disks: {vda: internal}\n", ""))
    ahead.add(("d", "declaration.disks", "git", "changed"))
    assert drift(manifest, lab.uri).found == ahead
    ran = reconcile("drift", str(manifest), uri=lab.uri)
    assert "No drift in 1 domain. Git is ahead in 4 places" in ran.out
    assert reconcile("drift", "--quiet", str(manifest), uri=lab.uri).out == ""
    hands.describe(domain, "b", "second", "theirs")
    hands.virsh(domain, "snapshot-delete", "c")
    hands.virsh(domain, "snapshot-revert", "a")
    assert drift(manifest, lab.uri).found == {
        ("b", "description", "both", "changed"),
        ("d", "current", "both", "moved"),
        ("e", "snapshot", "git", "missing"),
        ("c", "snapshot", "host", "missing"),
        ("d", "declaration.disks", "git", "changed"),
    }


def test_marks_of_format_1(applied: tuple[Domain, Path], lab: Daemon) -> None:
    """In sync they need no apply; by their digest alone most origins are told, and no name is."""
    domain, manifest = applied
    for name in "abcd":
        hands.as_of_format_1(domain, name)
    plan = reconcile("plan", "--detailed-exitcode", str(manifest), uri=lab.uri)
    assert plan.code == 0, plan.out
    assert drift(manifest, lab.uri).found == frozenset()
    hands.describe(domain, "b", "second", "theirs")
    hands.virsh(domain, "snapshot-delete", "d")
    hands.virsh(domain, "snapshot-revert", "b")
    changed: Found = ("c", "current", "unknown", "moved")
    text = manifest.read_text().replace("description: first", "description: ours")
    manifest.write_text(text)
    assert drift(manifest, lab.uri).found == {
        ("a", "description", "git", "changed"),
        ("b", "description", "host", "changed"),
        ("d", "snapshot", "unknown", "missing"),
        changed,
    }


def test_a_domain_that_was_never_applied(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain, path = make_domain(), tmp_path / "web01.yaml"
    path.write_text(TREE.format(domain=domain.name))
    assert drift(path, lab.uri).found == missing("a", "b", "c", "d", origin="unknown")


def test_a_renamed_domain(applied: tuple[Domain, Path], lab: Daemon) -> None:
    domain, manifest = applied
    with domain.handle() as handle:
        uuid = handle.UUIDString()
    name = f"{domain.name}-new"
    hands.virsh(domain, "domrename", name)
    try:
        ran = reconcile("drift", str(manifest), uri=lab.uri)
        assert ran.code == 1
        assert "does not exist" in ran.err
        manifest.write_text(manifest.read_text().replace(domain.name, uuid))
        assert drift(manifest, lab.uri).found == frozenset()
    finally:
        lab.virsh("domrename", name, domain.name)


def test_nobody_answers(tmp_path: Path) -> None:
    path = tmp_path / "web01.yaml"
    path.write_text(TREE.format(domain="web01"))
    ran = reconcile("drift", str(path), uri=f"qemu+unix:///system?socket={tmp_path}/none")
    assert ran.code == 1


def test_an_apply_that_died_before_it_recorded_is_resumed(
    applied: tuple[Domain, Path],
    lab: Daemon,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its only step is a revert, so that its first redefine is what records it."""
    _, manifest = applied
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    manifest.write_text(manifest.read_text().replace("current: c", "current: d"))
    killed_apply("redefine", manifest, lab.uri)
    assert drift(manifest, lab.uri).found == frozenset()
    assert reconcile("resume", uri=lab.uri).code == 0
    manifest.write_text(manifest.read_text().replace("current: d", "current: c"))
    assert drift(manifest, lab.uri).found == {("c", "current", "git", "moved")}


def test_what_was_applied_costs_one_redefine_where_it_changed(
    applied: tuple[Domain, Path], lab: Daemon
) -> None:
    domain, manifest = applied
    before = hands.virsh(domain, "snapshot-dumpxml", "a")
    text = manifest.read_text()
    manifest.write_text(text.replace("description: second", "description: ours"))
    apply(manifest, lab.uri)
    assert hands.virsh(domain, "snapshot-dumpxml", "a") == before
    manifest.write_text(text.replace("current: c", "current: d"))
    apply(manifest, lab.uri)
    assert 'serial="2"' in hands.virsh(domain, "snapshot-dumpxml", "a").replace("'", '"')
    assert json.loads(reconcile("plan", "--format", "json", str(manifest), uri=lab.uri).out)[
        "domains"
    ][0]["in_sync"]
