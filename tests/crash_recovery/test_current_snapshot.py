"""libvirtd killed between two files of a create or revert: no snapshot is current any more.

The same is done by hand, in the file of the one that was current, while libvirtd does not run.
"""

from pathlib import Path

import pytest

from tests.crash_recovery.faults import killed_apply
from tests.harness.command import reconcile
from tests.harness.contents import Oracle
from tests.lab import metadata, skips
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

MANIFEST = """\
apiVersion: reconcile/v1
domain: {name}
defaults: {{disks: {{vda: internal}}}}
snapshots:
  - name: a
    children: [{{name: b}}]
"""


BRANCH = """\
apiVersion: reconcile/v1
domain: {name}
allow: [discards-guest-state]
defaults: {{memory: none, disks: {{vda: external}}}}
snapshots:
  - name: a
    children:
      - name: b
"""


def _unpointed(domain: Domain, current: str = "a") -> None:
    daemon = domain.daemon
    found = daemon.cell.outside.rglob(f"qemu/snapshot/{domain.name}/{current}.xml")
    file = next(path for path in found if path.is_file())
    daemon.kill()
    text = file.read_text()
    assert "<active>1</active>" in text
    file.write_text(text.replace("<active>1</active>", "<active>0</active>"))
    daemon.start()
    assert metadata.snapshots(domain).current is None


@pytest.mark.parametrize("way", ["resume", "rollback"])
def test_the_pointer_is_moved_back(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, way: str
) -> None:
    domain = make_domain()
    oracle = Oracle(domain)
    oracle.write()
    path = tmp_path / "web01.yaml"
    whole = MANIFEST.format(name=domain.name)
    path.write_text(whole.partition("    children")[0])
    assert reconcile("apply", "--yes", str(path), uri=lab.uri).code == 0
    oracle.learn(oracle.active())
    path.write_text(whole)
    killed_apply("create", path, lab.uri)
    _unpointed(domain)
    ran = reconcile(way)
    assert ran.code == 0, ran.out + ran.err
    assert "made a the current snapshot again" in ran.out
    found = metadata.snapshots(domain)
    assert found.current == ("b" if way == "resume" else "a")
    assert found.names == ({"a", "b"} if way == "resume" else {"a"})
    oracle.check()


def test_a_revert_is_repeated_only_once_a_snapshot_is_current(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    """Reverting to an external snapshot while none is current would crash libvirtd."""
    skips.since_external_revert(lab)
    domain = make_domain()
    oracle = Oracle(domain)
    oracle.write()
    path = tmp_path / "web01.yaml"
    whole = BRANCH.format(name=domain.name)
    path.write_text(whole)
    assert reconcile("apply", "--yes", str(path), uri=lab.uri).code == 0
    oracle.learn(oracle.active())
    path.write_text(f"{whole}      - name: c\n")
    killed_apply("revert", path, lab.uri)
    _unpointed(domain, "b")
    pid = lab.pid
    ran = reconcile("resume")
    assert ran.code == 0, ran.out + ran.err
    assert "made b the current snapshot again" in ran.out
    assert lab.pid == pid
    found = metadata.snapshots(domain)
    assert (found.current, found.names) == ("c", {"a", "b", "c"})
    oracle.check()
