"""Trap 10: a revert brings back the domain's whole definition of then. Every release.

A disk that was added since vanishes from the domain, its file stays. No rule forbids that: the plan
says so, and the revert needs its approval.
"""

from pathlib import Path

import libvirt
import pytest

from tests.lab import content
from tests.traps.guest import Guest

DISK = """
<disk type='file' device='disk'>
  <driver name='qemu' type='qcow2'/><source file='{}'/><target dev='vdb' bus='virtio'/>
</disk>"""


@pytest.fixture
def grown(guest: Guest) -> Guest:
    """A snapshot of one disk; then a second one, with data."""
    guest.internal("I")
    path = guest.file("vdb.qcow2")
    guest.daemon.run("qemu-img", "create", "-q", "-f", "qcow2", str(path), "1M")
    with guest.domain.handle() as handle:
        handle.attachDeviceFlags(DISK.format(path), libvirt.VIR_DOMAIN_AFFECT_CONFIG)
    guest.write()
    return guest


def test_trap_10_definition_reverts_naive(grown: Guest) -> None:
    assert set(grown.oracle.active()) == {"vda", "vdb"}
    grown.revert("I")
    assert set(grown.oracle.active()) == {"vda"}


def test_trap_10_definition_reverts_is_told(grown: Guest) -> None:
    current = {"snapshot": "I", "revert": "always"}
    assert grown.tool.refusal("I", current=current, allow=[]) == "I: approval-needed"
    planned = grown.tool.plan("I", current=current)
    assert {"discards-guest-state", "changes-disk-path"} <= planned.hazards


def test_trap_10_definition_reverts_but_no_data_is_lost(grown: Guest) -> None:
    path = Path(grown.domain.source("vdb"))
    held = content.digest(grown.daemon, path)
    grown.tool.apply("I", current={"snapshot": "I", "revert": "always"})
    assert grown.same(path, held)
