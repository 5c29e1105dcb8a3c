"""A rename is taken back whole where a later step fails: libvirt's metadata is as it was."""

from pathlib import Path
from typing import Final

import pytest

from reconcile.errors import HostError, LibvirtMessage
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.libvirt.domain import DomainHandle
from tests.harness.command import reconcile
from tests.lab.daemon import Daemon
from tests.lab.fixtures import MakeDomain

HEAD: Final = "apiVersion: reconcile/v1\ndomain: {name}\ndefaults: {{disks: {{vda: external}}}}\n"
CHAIN: Final = (
    "snapshots: [{name: a}, {name: b, parent: a, description: old}, {name: c, parent: b}]\n"
)
RENAMED: Final = """\
snapshots:
  - {name: a}
  - {name: bee, parent: a, renamed-from: b, description: new}
  - {name: c, parent: bee}
  - {name: d, parent: c}
"""


def refused(_handle: DomainHandle, _xml: str, _flags: tuple[str, ...]) -> None:
    raise HostError("a host", None, "create", LibvirtMessage(LibvirtCode.INTERNAL_ERROR, "no"))


def test_a_rename_before_a_step_that_fails_is_undone(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    domain = make_domain()
    manifest = tmp_path / "web.yaml"
    manifest.write_text(HEAD.format(name=domain.name) + CHAIN)
    assert reconcile("apply", "--yes", str(manifest), uri=lab.uri).code == 0

    def dumps() -> list[str]:
        return [lab.virsh("snapshot-dumpxml", domain.name, name) for name in "abc"]

    before = dumps()
    manifest.write_text(HEAD.format(name=domain.name) + RENAMED)
    with monkeypatch.context() as patch:
        patch.setattr(DomainHandle, "create", refused)
        ran = reconcile("apply", "--yes", str(manifest), uri=lab.uri)
    assert ran.code == 4, ran.out
    assert "    ↶ rename b to bee  (undone)\n    ✗ create d  (failed)\n" in ran.out
    assert dumps() == before
    names = lab.virsh("snapshot-list", domain.name, "--name", "--topological").split()
    assert names == ["a", "b", "c"]
    assert lab.virsh("snapshot-current", domain.name, "--name").strip() == "c"
    done = reconcile("apply", "--yes", str(manifest), uri=lab.uri)
    assert done.code == 0, done.out
    assert "    ✓ rename b to bee\n    ✓ create d\n" in done.out
