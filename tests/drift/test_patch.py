"""The patch that accepts the host: applied, it plans to nothing and touches nothing else."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.drift import hands
from tests.drift.looked import apply, drift
from tests.harness.command import reconcile
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

HAND_WRITTEN = """\
# Snapshots of the web server.  Ask before you change them!
apiVersion: reconcile/v1
domain: {domain}    # moved from kvm2
current: {{snapshot: c,  revert: when-needed}}   # where work goes on
allow: [ discards-guest-state ]

snapshots:
  # the clean one
  - name: a
    description: 'first'       # quoted
    children:
      - name: b
        description: >-
          second
        labels: {{tier:  golden}}
        # what follows needs b
        children:
          - name: c     # the last
            description: third
      - {{name: d, disks: {{vda: internal}}}}
  - name: e
    parent: d
"""
Change = Callable[[Domain], object]


def virsh(*arguments: str) -> Change:
    command, *rest = arguments
    return lambda domain: hands.virsh(domain, command, *rest)


def both(*changes: Change) -> Change:
    return lambda domain: [change(domain) for change in changes]


def edit(name: str, old: str, new: str) -> Change:
    return lambda domain: hands.describe(domain, name, old, new)


ACCEPTED: dict[str, tuple[Change, set[str]]] = {
    "edit": (edit("b", "second", "theirs: now"), {"          second", "        description: >-"}),
    "no text": (edit("a", "first", ""), {"    description: 'first'       # quoted"}),
    "delete a leaf": (
        virsh("snapshot-delete", "c"),
        {
            "current: {snapshot: c,  revert: when-needed}   # where work goes on",
            "          - name: c     # the last",
            "            description: third",
        },
    ),
    "delete in the middle": (virsh("snapshot-delete", "b"), set()),
    "delete the root": (virsh("snapshot-delete", "a"), set()),
    "reparent": (lambda domain: hands.reparent(domain, "d", "b"), set()),
    "revert": (
        virsh("snapshot-revert", "d"),
        {"current: {snapshot: c,  revert: when-needed}   # where work goes on"},
    ),
    "theirs is current": (
        virsh("snapshot-create-as", "theirs"),
        {"current: {snapshot: c,  revert: when-needed}   # where work goes on"},
    ),
    "all at once": (
        both(
            edit("a", "first", "one"),
            virsh("snapshot-delete", "b"),
            virsh("snapshot-revert", "e"),
            lambda domain: hands.reparent(domain, "e", "a"),
        ),
        set(),
    ),
}


def declared(domain: Domain, folder: Path, lab: Daemon, text: str = HAND_WRITTEN) -> Path:
    manifest = folder / "trees" / "web01.yaml"
    manifest.parent.mkdir()
    manifest.write_bytes(text.format(domain=domain.name).encode())
    apply(manifest, lab.uri)
    return manifest


def patched(patch: str, folder: Path, tool: str) -> None:
    """The patch applied by a tool, which is told nothing but where."""
    commands: dict[str, tuple[str, ...]] = {
        "git": ("git", "apply", "-"),
        "patch": ("patch", "-p1", "--no-backup-if-mismatch", "-F0"),
    }
    command = commands[tool]
    subprocess.run(command, cwd=folder, input=patch.encode(), check=True, capture_output=True)


def taken(before: str, after: str) -> set[str]:
    """Lines that are not there any more, at whatever indent."""
    left = [line.strip() for line in after.splitlines()]
    return {line for line in before.splitlines() if line.strip() not in left}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_it_plans_to_nothing(
    lab: Daemon,
    make_domain: MakeDomain,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    domain = make_domain()
    manifest = declared(domain, tmp_path, lab)
    before = manifest.read_text()
    change, gone = ACCEPTED[name]
    change(domain)
    monkeypatch.chdir(tmp_path)
    ran = reconcile("drift", "--patch", "trees", uri=lab.uri)
    assert ran.code == 2
    assert "#" not in ran.out.splitlines()[0], ran.out
    for tool in ("patch", "git"):
        copy = tmp_path / tool
        shutil.copytree(tmp_path / "trees", copy / "trees")
        patched(ran.out, copy, tool)
    after = (tmp_path / "git/trees/web01.yaml").read_text()
    assert (tmp_path / "patch/trees/web01.yaml").read_text() == after
    manifest.write_text(after)
    plan = reconcile("plan", "--detailed-exitcode", str(manifest), uri=lab.uri)
    assert plan.code == 0, f"{ran.out}\n{plan.out}{plan.err}"
    assert drift(manifest, lab.uri).found == frozenset()
    comments = {"# Snapshots of the web server.  Ask before you change them!", "# the clean one"}
    assert comments <= {line.strip() for line in after.splitlines()}
    assert not gone or taken(before, after) == gone


def test_line_ends_and_the_byte_order_mark_stay(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = make_domain()
    text = "\ufeff" + HAND_WRITTEN.replace("\n", "\r\n").removesuffix("\r\n")
    manifest = declared(domain, tmp_path, lab, text)
    before = manifest.read_bytes()
    hands.describe(domain, "a", "first", "one")
    hands.reparent(domain, "e", "b")
    monkeypatch.chdir(tmp_path)
    ran = reconcile("drift", "--patch", "trees", uri=lab.uri)
    patched(ran.out, tmp_path, "git")
    expected = before.replace(b"'first'", b"one").replace(b"parent: d", b"parent: b")
    assert manifest.read_bytes() == expected


def test_a_file_elsewhere_is_named_as_seen_from_its_folder(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = make_domain()
    manifest = declared(domain, tmp_path, lab)
    hands.describe(domain, "a", "first", "one")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    ran = reconcile("drift", "--patch", str(manifest), uri=lab.uri)
    assert ran.out.splitlines()[0] == f"# apply this in {manifest.parent}"
    patched(ran.out, manifest.parent, "git")
    assert "description: one " in manifest.read_text()


def test_what_no_manifest_can_accept_is_said(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain = make_domain()
    manifest = declared(domain, tmp_path, lab)
    hands.untag(domain, "b")
    hands.without_mark(domain, "d")
    ran = reconcile("drift", "--patch", str(manifest), uri=lab.uri)
    assert ran.code == 2
    said = ran.out.splitlines()
    assert all(line.startswith("# ") for line in said), ran.out
    assert any("b: data: no manifest holds data" in line for line in said)
    assert any("d: owned: no manifest says whose it is" in line for line in said)


def test_aliases_are_left_to_people(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    text = (
        "apiVersion: reconcile/v1\ndomain: {domain}\nsnapshots:\n"
        "- {{name: a, description: &text words}}\n- {{name: b, parent: a, description: *text}}\n"
    )
    domain = make_domain()
    manifest = declared(domain, tmp_path, lab, text)
    hands.describe(domain, "b", "words", "theirs")
    ran = reconcile("drift", "--patch", str(manifest), uri=lab.uri)
    assert ran.out == (
        f"# {domain.name}: b: description: an alias stands there\n#   description: theirs\n"
    )


def test_one_document_of_several_domains_is_left_alone(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    one, other = make_domain(), make_domain()
    head = f"apiVersion: reconcile/v1\ndomains: [{one.name}, {other.name}]\n"
    text = f"{head}snapshots: [{{{{name: a}}}}]\n"
    manifest = declared(one, tmp_path, lab, text)
    hands.virsh(one, "snapshot-delete", "a")
    ran = reconcile("drift", "--patch", str(manifest), uri=lab.uri)
    assert "give it one of its own" in ran.out
    assert "---" not in ran.out


def test_nothing_hostile_is_printed(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    """Nobody can escape a line of a patch: the file is left out."""
    text = HAND_WRITTEN.replace("  # the clean one", "  # the clean one ##[error]x")
    domain = make_domain()
    manifest = declared(domain, tmp_path, lab, text)
    hands.describe(domain, "a", "first", "one")
    ran = reconcile("drift", "--patch", str(manifest), uri=lab.uri)
    assert "not shown, as it holds characters or commands" in ran.out
    assert "##[" not in ran.out


def test_git_alone_ahead_gives_no_patch(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain = make_domain()
    manifest = declared(domain, tmp_path, lab)
    manifest.write_text(manifest.read_text().replace("'first'", "'ours'"))
    ran = reconcile("drift", "--patch", str(manifest), uri=lab.uri)
    assert (ran.code, ran.out) == (0, "")


def test_a_patch_has_one_format(tmp_path: Path) -> None:
    ran = reconcile("drift", "--patch", "--format", "json", str(tmp_path))
    assert ran.code == 64
