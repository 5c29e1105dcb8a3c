"""A revert at every apply that can be made once only: it is done, and the next one refused."""

from pathlib import Path
from typing import Final

import pytest

from tests.harness.command import reconcile
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.fixtures import MakeDomain

MANIFEST: Final = """\
apiVersion: reconcile/v1
domain: {name}
allow: [discards-guest-state]
current: {{snapshot: base, revert: always}}
snapshots: [{{name: base, children: [{{name: above}}]}}]
"""


def test_the_next_refusal_is_no_failure(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The revert gives an overlay to the disk that the snapshot, no leaf, left out."""
    if lab.version < (9, 9, 0):
        return  # it reverts to no external snapshot, and that is refused from the first one on
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    domain = make_domain([Disk("vda"), Disk("vdb")])
    diskspec = ("--diskspec", "vdb,snapshot=no")
    lab.virsh("snapshot-create-as", domain.name, "base", "--disk-only", *diskspec)
    lab.virsh("snapshot-create-as", domain.name, "above")
    manifest = tmp_path / "web.yaml"
    manifest.write_text(MANIFEST.format(name=domain.name))
    first = reconcile("apply", "--yes", str(manifest), uri=lab.uri)
    assert first.code == 0, first.out
    second = reconcile("apply", "--yes", str(manifest), uri=lab.uri)
    assert second.code == 3
    assert "revert-excluded" in second.out
