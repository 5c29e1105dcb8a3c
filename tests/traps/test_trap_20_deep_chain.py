"""Trap 20: a domain that is off gets one more overlay than it can be started with.

At most 200 images start; from 10.8 until 12.0 only 25. Live, libvirt looks before it acts.
"""

import pytest

from tests.lab.releases import TRIXIE
from tests.traps.guest import DISK_ONLY, Guest

CHAIN = """
set -e
cd "$1"; below=$2; number=1
while [ "$number" -lt "$3" ]; do
    qemu-img create -q -u -f qcow2 -F qcow2 -b "$below" "$number.qcow2" 1M
    below=$PWD/$number.qcow2 number=$((number + 1))
done
"""
NEW = {"name": "one-more", "disks": {"vda": "external"}}


@pytest.fixture
def deep(guest: Guest) -> Guest:
    """A domain on the longest chain of images that it can be started with."""
    images = limit(guest)
    folder, base = str(guest.domain.folder), guest.domain.source("vda")
    guest.daemon.run("sh", "-c", CHAIN, "sh", folder, str(base), str(images))
    top = guest.file(f"{images - 1}.qcow2")
    with guest.daemon.connect() as connection:
        xml = connection.lookupByName(guest.domain.name).XMLDesc(0)
        connection.defineXML(xml.replace(str(base), str(top)))
    return guest


def limit(guest: Guest) -> int:
    return 25 if guest.daemon.release is TRIXIE else 200


def test_trap_20_deep_chain_naive(deep: Guest) -> None:
    assert deep.starts()
    deep.create("<name>one-more</name>", DISK_ONLY)
    assert not deep.starts()


def test_trap_20_deep_chain_is_refused_live(deep: Guest) -> None:
    deep.start()
    assert deep.tool.refusal(add=[NEW]) == "one-more: chain-too-deep"


def test_trap_20_deep_chain_is_refused(deep: Guest) -> None:
    print(deep.tool.plan(add=[NEW]))
