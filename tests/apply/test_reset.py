"""A reset brings many domains back to a declared snapshot: content, state, and nothing else."""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.crash_recovery.faults import killed_command
from tests.drift import hands
from tests.drift.looked import apply, drift
from tests.harness.command import reconcile
from tests.harness.terminal import Terminal
from tests.lab import content
from tests.lab.daemon import Daemon
from tests.lab.disk import VDA, Disk
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain
from tests.lab.metadata import snapshots

MANIFEST: Final = """\
apiVersion: reconcile/v1
domain: {name}
current: golden
{allow}snapshots:
  - name: base
    children:
      - name: golden
        description: ready
"""
ALLOW: Final = "allow: [discards-guest-state]\n"
OUTSIDE: Final = "defaults: {disks: {vda: external}}\n"


def golden(
    make_domain: MakeDomain, folder: Path, lab: Daemon, *, head: str = ALLOW
) -> tuple[Domain, Path]:
    """A domain of which `base` holds 1 and `golden` 2, and its disk 3."""
    domain = make_domain()
    manifest = folder / f"{domain.name}.yaml"
    text = MANIFEST.format(name=domain.name, allow=head)
    manifest.write_text(text.replace("current: golden", "current: base").split("    children")[0])
    content.write(domain, "vda", 1)
    apply(manifest, lab.uri)
    manifest.write_text(text)
    content.write(domain, "vda", 2)
    apply(manifest, lab.uri)
    content.write(domain, "vda", 3)
    assert held(domain) == 3
    return domain, manifest


def held(domain: Domain) -> int:
    return content.read_pattern(domain.daemon, domain.place("vda"))


def reset(lab: Daemon, folder: Path, *arguments: str) -> tuple[int, str]:
    ran = reconcile("reset", "--yes", "--manifests", str(folder), *arguments, uri=lab.uri)
    return ran.code, ran.out + ran.err


def test_many_at_once(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    made = [golden(make_domain, tmp_path, lab) for _ in range(3)]
    left, _ = golden(make_domain, tmp_path, lab)
    names = [domain.name for domain, _ in made]
    code, said = reset(lab, tmp_path, *names)
    assert code == 0, said
    assert [held(domain) for domain, _ in made] == [2, 2, 2]
    assert held(left) == 3
    for _, manifest in made:
        assert drift(manifest, lab.uri).found == frozenset()
    assert reset(lab, tmp_path, names[0][:-1] + "?")[0] == 0


def test_another_snapshot_is_no_drift_until_git_says_otherwise(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain, manifest = golden(make_domain, tmp_path, lab)
    code, said = reset(lab, tmp_path, domain.name, "--to", "base")
    assert code == 0, said
    assert held(domain) == 1
    looked = drift(manifest, lab.uri)
    assert looked.code == 0
    assert looked.found == {("golden", "current", "git", "moved")}
    hands.virsh(domain, "snapshot-revert", "golden")
    assert drift(manifest, lab.uri).found == frozenset()
    assert [reset(lab, tmp_path, domain.name)[0] for _ in range(2)] == [0, 0]
    assert drift(manifest, lab.uri).found == frozenset()


def test_nothing_else_is_done(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    """What git has ahead waits for an apply, and what drifted stays told."""
    domain, manifest = golden(make_domain, tmp_path, lab)
    hands.describe(domain, "golden", "ready", "theirs")
    hands.virsh(domain, "snapshot-create-as", "theirs")
    manifest.write_text(f"{manifest.read_text()}      - name: more\n")
    before = snapshots(domain).names
    code, said = reset(lab, tmp_path, domain.name)
    assert (code, held(domain)) == (0, 2), said
    assert snapshots(domain).names == before == {"base", "golden", "theirs"}
    assert drift(manifest, lab.uri).found == {
        ("golden", "description", "host", "changed"),
        ("more", "snapshot", "git", "missing"),
    }


def test_a_guest_that_runs_needs_an_approval(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain, manifest = golden(make_domain, tmp_path, lab)
    manifest.write_text(manifest.read_text().replace(ALLOW, ""))
    domain.start()
    code, said = reset(lab, tmp_path, domain.name)
    assert (code, "discards-guest-state" in said, domain.state) == (3, True, "running")
    assert reset(lab, tmp_path, domain.name, "--allow", "discards-guest-state")[0] == 0
    assert (held(domain), domain.state) == (2, "shutoff")


def test_overlays(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    """From libvirt 9.9 on, which reverts to external snapshots; before, nothing is done."""
    domain, manifest = golden(make_domain, tmp_path, lab, head=ALLOW + OUTSIDE)
    for byte in (4, 5):
        code, said = reset(lab, tmp_path, domain.name)
        if not lab.reverts_external:
            assert (code, "revert-external" in said, held(domain)) == (3, True, 3)
            return
        assert (code, held(domain)) == (0, 2), said
        content.write(domain, "vda", byte)
    assert drift(manifest, lab.uri).found == frozenset()


def test_a_snapshot_that_is_gone_is_refused(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain, _ = golden(make_domain, tmp_path, lab)
    hands.virsh(domain, "snapshot-delete", "golden")
    code, said = reset(lab, tmp_path, domain.name)
    assert (code, "snapshot-gone" in said, held(domain)) == (3, True, 3)


def test_what_cannot_be_asked_for(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    domain, manifest = golden(make_domain, tmp_path, lab)
    code, said = reset(lab, tmp_path, domain.name, "--to", "nothing")
    assert (code, "snapshot nothing is not declared for" in said) == (64, True)
    manifest.write_text(manifest.read_text().replace("current: golden\n", ""))
    code, said = reset(lab, tmp_path, domain.name)
    assert (code, "no `current` is declared" in said) == (64, True)
    assert reset(lab, tmp_path, "no-*")[0] == 64
    assert held(domain) == 3


def test_a_terminal_asks_and_json_tells(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain, _ = golden(make_domain, tmp_path, lab)
    arguments = ("-c", lab.uri, "reset", "--manifests", str(tmp_path), domain.name)
    with Terminal(*arguments) as terminal:
        terminal.wait_for("Apply this plan? [y/N]")
        assert "cannot be undone." in terminal.shown
        terminal.type("n\n")
    assert held(domain) == 3
    assert reconcile(*arguments[2:], uri=lab.uri).code == 64
    monkeypatch.chdir(tmp_path)
    ran = reconcile("reset", "-y", "--format", "json", domain.name, uri=lab.uri)
    assert json.loads(ran.out.splitlines()[-1])["exit_code"] == ran.code == 0
    assert held(domain) == 2


@pytest.mark.parametrize("behind", [False, True])
def test_one_that_was_cut_off_is_resumed(
    lab: Daemon,
    make_domain: MakeDomain,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    behind: bool,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    trees = tmp_path / "trees"
    trees.mkdir()
    domain, manifest = golden(make_domain, trees, lab)
    manifest.write_text(f"{manifest.read_text()}      - name: more\n")
    asked = ("reset", "--yes", "--manifests", str(trees), domain.name)
    killed_command("revert", lab.uri, *asked, behind=behind)
    assert reset(lab, trees, domain.name)[0] == 5
    resumed = reconcile("resume", uri=lab.uri)
    assert resumed.code == 0, resumed.out
    assert held(domain) == 2
    assert snapshots(domain).names == {"base", "golden"}
    assert drift(manifest, lab.uri).found == {("more", "snapshot", "git", "missing")}


def test_two_disks(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    domain = make_domain((VDA, Disk("vdb")))
    manifest = tmp_path / "web01.yaml"
    manifest.write_text(MANIFEST.format(name=domain.name, allow=ALLOW))
    for target in ("vda", "vdb"):
        content.write(domain, target, 7)
    apply(manifest, lab.uri)
    for target in ("vda", "vdb"):
        content.write(domain, target, 8)
    assert reset(lab, tmp_path, domain.name)[0] == 0
    found = [content.read_pattern(lab, domain.place(target)) for target in ("vda", "vdb")]
    assert found == [7, 7]
