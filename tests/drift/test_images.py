"""Drift tells of images that were removed, committed or detached below intact metadata."""

from pathlib import Path

import pytest

from tests.drift import hands
from tests.drift.looked import Found, declared, drift
from tests.lab.daemon import Daemon
from tests.lab.disk import VDA, Disk
from tests.lab.fixtures import MakeDomain

CHAIN = """\
apiVersion: reconcile/v1
domain: {domain}
defaults: {{disks: {{vda: external}}}}
snapshots:
  - name: one
    children: [{{name: two}}]
"""


@pytest.mark.parametrize(
    ("target", "lost"),
    [
        ("vda.two", {(None, "disks.vda", "host", "data-missing")}),
        (
            "vda.one",
            {
                (None, "disks.vda", "host", "data-missing"),
                ("two", "data", "host", "data-missing"),
            },
        ),
        (
            "vda.qcow2",
            {
                (None, "disks.vda", "host", "data-missing"),
                ("one", "data", "host", "data-missing"),
                ("two", "data", "host", "data-missing"),
            },
        ),
    ],
)
def test_an_image_that_somebody_removed(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path, target: str, lost: set[Found]
) -> None:
    domain = make_domain()
    manifest = declared(domain, CHAIN, tmp_path, lab)
    (domain.folder / target).unlink()
    assert drift(manifest, lab.uri).found == lost


def test_a_chain_that_somebody_committed(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain = make_domain()
    manifest = declared(domain, CHAIN, tmp_path, lab)
    hands.commit(domain)
    found = drift(manifest, lab.uri).found
    assert (None, "disks.vda", "host", "changed") in found
    assert {origin for _, _, origin, _ in found} == {"host"}


def test_a_disk_that_somebody_detached(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    """The snapshots hold what they held."""
    domain = make_domain((VDA, Disk("vdb")))
    text = CHAIN.replace("vda: external", "vda: external, vdb: external")
    manifest = declared(domain, text, tmp_path, lab)
    hands.virsh(domain, "detach-disk", "vdb", "--config")
    assert drift(manifest, lab.uri).found == frozenset()
