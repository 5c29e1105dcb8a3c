"""On real daemons: no permission, read-only, a domain that vanishes, and secrets."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import libvirt
import pytest

from tests.harness.command import reconcile
from tests.harness.terminal import Terminal
from tests.harness.transcript import ROOT
from tests.lab import skips
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

PASSWORD = "hunter2!"  # noqa: S105 - to be looked for in everything that is said
GRAPHICS = f"<graphics type='vnc' autoport='yes' passwd='{PASSWORD}'/>"
AS_NOBODY = """
import os, sys
from reconcile.cli.main import main
main(["plan", "web01.yaml"])  # imports all it needs, while it may
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
sys.stderr.write("---\\n")
sys.exit(main(["plan", *sys.argv[1:]]))
"""


def write_manifest(folder: Path, domain: Domain, description: str) -> Path:
    """A manifest for one snapshot of this domain."""
    path = folder / "web01.yaml"
    entry = f"{{name: base, description: {description}}}"
    path.write_text(f"apiVersion: reconcile/v1\ndomain: {domain.name}\nsnapshots: [{entry}]\n")
    return path


@skips.needs_root("it can become somebody else")
def test_a_socket_that_this_user_may_not_open(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    write_manifest(tmp_path, make_domain(), "Clean")
    socket = lab.uri.partition("socket=")[2]
    assert _as_nobody(tmp_path, lab, "web01.yaml") == (
        f"error: {lab.uri}: connect: Failed to connect socket to '{socket}': Permission denied\n"
        "    this user may not use libvirt's socket: add it to the group `libvirt` on the host and "
        "log in again, or run this as root\n"
    )


@skips.needs_root("it can become somebody else")
@pytest.mark.parametrize("name", ["web01.yaml", "plan.json"])
def test_files_that_this_user_may_not_read(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, name: str
) -> None:
    write_manifest(tmp_path, make_domain(), "Clean")
    hidden = tmp_path / "hidden"
    hidden.mkdir(0o700)
    (hidden / name).write_text("{}")
    assert _as_nobody(tmp_path, lab, f"hidden/{name}") == (
        f"hidden/{name}:1:1: cannot be read: Permission denied\n"
        "    check the path and its rights\n"
        "error: 1 problem in the manifests\n"
        "    correct them first: nothing was changed\n"
    )


def _as_nobody(folder: Path, lab: Daemon, path: str) -> str:
    """What `plan` says on stderr to a user without rights; it ends with 1."""
    folder.chmod(0o755)
    ran = subprocess.run(
        (sys.executable, "-c", AS_NOBODY, path),
        env={**os.environ, "LIBVIRT_DEFAULT_URI": lab.uri, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert ran.returncode == 1, ran.stderr
    return ran.stderr.partition("---\n")[2].replace("libvirt's default host", lab.uri)


def test_a_read_only_connection_applies_nothing(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain = make_domain()
    manifest = write_manifest(tmp_path, domain, "Clean")
    ran = reconcile("apply", "--yes", str(manifest), uri=f"{lab.uri}-ro")
    assert ran.code == 1
    assert f"{lab.uri}-ro: the connection is read-only and cannot apply a plan" in ran.out
    assert lab.virsh("snapshot-list", domain.name, "--name").split() == []


def test_a_domain_that_vanishes_after_the_plan_was_saved(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain, other = make_domain(), make_domain()
    manifest = write_manifest(tmp_path, domain, "Clean")
    both = manifest.read_text().replace(
        f"domain: {domain.name}", f"domains: [{domain.name}, {other.name}]"
    )
    manifest.write_text(both)
    saved = str(tmp_path / "plan.json")
    assert reconcile("plan", "--out", saved, str(manifest), uri=lab.uri).code == 0
    xml = _undefined(domain)
    ran = reconcile("apply", "--yes", saved)
    _defined(domain, xml)
    assert ran.code == 3
    assert f"{domain.name}  {lab.uri}  stale\n    the domain does not exist any more\n" in ran.out
    assert ran.out.endswith("2 domains: 1 applied, 1 stale.\n")
    assert lab.virsh("snapshot-list", other.name, "--name").split() == ["base"]


def test_a_domain_that_vanishes_while_it_is_asked_about(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain = make_domain()
    manifest = write_manifest(tmp_path, domain, "Clean")
    with Terminal("-c", lab.uri, "apply", str(manifest)) as terminal:
        terminal.wait_for("[y/N]")
        xml = _undefined(domain)
        terminal.type("y\n")
        code = terminal.end()
    _defined(domain, xml)
    assert code == 1
    assert "Domain not found" in terminal.shown
    assert lab.virsh("snapshot-list", domain.name, "--name").split() == []


def test_a_snapshot_that_appears_while_it_is_asked_about(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain = make_domain()
    manifest = write_manifest(tmp_path, domain, "Clean")
    with Terminal("-c", lab.uri, "apply", str(manifest)) as terminal:
        terminal.wait_for("[y/N]")
        lab.virsh("snapshot-create-as", domain.name, "theirs")
        terminal.type("y\n")
        assert terminal.end() == 3
    assert "snapshot theirs appeared" in terminal.shown
    assert lab.virsh("snapshot-list", domain.name, "--name").split() == ["theirs"]


def test_secrets_are_kept_and_shown_nowhere(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain = make_domain()
    with domain.handle() as handle:
        xml = handle.XMLDesc().replace("</devices>", f"{GRAPHICS}</devices>")
    _defined(domain, xml)
    lab.virsh("snapshot-create-as", domain.name, "base")
    manifest = str(write_manifest(tmp_path, domain, "Clean install"))
    saved = tmp_path / "plan.json"
    said = [
        reconcile("-v", "plan", "--show-xml", "--why", manifest, uri=lab.uri),
        reconcile("-v", "plan", "--format", "json", "--out", str(saved), manifest, uri=lab.uri),
        reconcile("-v", "apply", "--yes", "--show-xml", str(saved)),
        reconcile("-v", "plan", "--format", "json", "--detailed-exitcode", manifest, uri=lab.uri),
    ]
    assert [each.code for each in said] == [0, 0, 0, 0]
    for text in (saved.read_text(), *(each.out + each.err for each in said)):
        assert PASSWORD not in text
    snapshot = lab.virsh("snapshot-dumpxml", domain.name, "base", "--security-info")
    graphics = ET.fromstring(snapshot).find("domain/devices/graphics")  # noqa: S314 - libvirt's own
    assert "Clean install" in snapshot
    assert graphics is not None
    assert graphics.get("passwd") == PASSWORD


def _undefined(domain: Domain) -> str:
    with domain.handle() as handle:
        xml = str(handle.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE))
        handle.undefine()
    return xml


def _defined(domain: Domain, xml: str) -> None:
    """Define it anew: changed, or so that the lab can remove it."""
    with domain.daemon.connect() as connection:
        connection.defineXML(xml)
