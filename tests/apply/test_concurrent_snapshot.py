"""Somebody takes a snapshot between our look and our call: what is his stays, and all data."""

from pathlib import Path

import pytest

from reconcile.libvirt.domain import DomainHandle
from tests.harness.command import Ran, reconcile
from tests.harness.contents import Oracle
from tests.lab import metadata
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

ENTRY = "{name: a, memory: none, disks: {vda: external}}"
HEAD = "apiVersion: reconcile/v1\ndomain: {name}\nsnapshots: [{entry}]\n"


def applied(lab: Daemon, domain: Domain, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """An apply that takes `a`, and somebody who is faster by a moment with his own."""
    create = DomainHandle.create

    def late(handle: DomainHandle, xml: str, flags: tuple[str, ...]) -> None:
        lab.virsh("snapshot-create-as", domain.name, "his", "--disk-only")
        create(handle, xml, flags)

    path = folder / "web01.yaml"
    path.write_text(HEAD.format(name=domain.name, entry=ENTRY))
    with monkeypatch.context() as patch:
        patch.setattr(DomainHandle, "create", late)
        return reconcile("apply", "--yes", str(path), uri=lab.uri)


@pytest.mark.parametrize("running", [False, True])
def test_a_snapshot_taken_just_before_ours_keeps_its_data(
    lab: Daemon,
    make_domain: MakeDomain,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    running: bool,
) -> None:
    domain = make_domain()
    if running:
        domain.start()
    oracle = Oracle(domain)
    oracle.write()
    before = oracle.active()
    ran = applied(lab, domain, tmp_path, monkeypatch)
    assert ran.code == 4, ran.out
    assert "rolled back" in ran.out
    assert metadata.snapshots(domain).names == {"his"}
    assert sorted(path.name for path in domain.folder.iterdir()) == ["vda.his", "vda.qcow2"]
    assert oracle.active() == before
    lab.virsh("snapshot-delete", domain.name, "his")
    assert oracle.active() == before
