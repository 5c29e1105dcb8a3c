"""A hosts file on real daemons: hosts by name, their folders by `path-map`, and nobody else."""

from pathlib import Path

import pytest

from reconcile.journal.store import Store
from tests.crash_recovery.faults import killed_apply
from tests.harness.command import reconcile
from tests.harness.observed import observed
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

MANIFEST = """\
apiVersion: reconcile/v1
connect: lab
domain: {name}
snapshots:
  - name: base
    memory: none
    disks: {{vda: {{snapshot: external, file: /images/{name}.x}}}}
"""
HOSTS = """\
apiVersion: reconcile/v1
hosts:
  kvm1: {{uri: "{uri}", path-map: {{/images: {folder}}}}}
  dead: qemu+tcp://127.0.0.1:1/system
groups: {{lab: ["*"]}}
"""


def written(folder: Path, lab: Daemon, domain: Domain) -> tuple[str, str]:
    """The paths of a hosts file and of a manifest; images lie elsewhere than it says."""
    hosts, manifest = folder / "hosts.yaml", folder / f"{domain.name}.yaml"
    images = domain.source("vda").parent
    hosts.write_text(HOSTS.format(uri=lab.uri, folder=images))
    manifest.write_text(MANIFEST.format(name=domain.name))
    return str(hosts), str(manifest)


def test_a_host_by_name_with_its_own_folders(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain = make_domain()
    hosts, manifest = written(tmp_path, lab, domain)
    ran = reconcile("--hosts", hosts, "apply", "--yes", "--on", "kvm1", manifest)
    assert ran.code == 0, ran.out + ran.err
    (disk,) = observed(domain).tree.snapshots["base"].disks
    assert disk.file == str(domain.source("vda"))
    again = reconcile("--hosts", hosts, "plan", "--detailed-exitcode", "--on", "kvm1", manifest)
    assert again.code == 0, again.out


def test_all_hosts_of_a_group_are_asked(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    hosts, manifest = written(tmp_path, lab, make_domain())
    ran = reconcile("--hosts", hosts, "plan", manifest)
    assert ran.code == 1
    assert "qemu+tcp://127.0.0.1:1/system: connect: " in ran.err


@pytest.mark.parametrize("command", ["resume", "rollback"])
def test_a_journal_is_settled_on_a_host_of_the_file_alone(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, command: str
) -> None:
    domain = make_domain()
    path = tmp_path / "a.yaml"
    path.write_text(
        f"apiVersion: reconcile/v1\ndomain: {domain.name}\nsnapshots: [{{name: base}}]\n"
    )
    killed_apply("create", path, lab.uri)
    other = tmp_path / "other.yaml"
    other.write_text("apiVersion: reconcile/v1\nhosts: {far: qemu+tcp://127.0.0.1:1/system}\n")
    refused = reconcile("--hosts", str(other), command)
    assert refused.code == 5, refused.out
    assert f"it is no host of {other}" in refused.out
    assert len([*Store().unfinished()]) == 1
    hosts, _ = written(tmp_path, lab, domain)
    ran = reconcile("--hosts", hosts, command)
    assert ran.code == 0, ran.out + ran.err
