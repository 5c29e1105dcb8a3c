"""Trap 22: UEFI variables are part of a snapshot only if it is internal and their file is qcow2.

Any other is taken with success, and a revert leaves the variables as they are. The firmware here is a
file of zeros: it never has to run.
"""

from pathlib import Path

import pytest

from tests.traps.guest import Guest, refuses
from tests.traps.libvirts import reverts_external

SIZE = 64 * 1024
PFLASH = """
<loader readonly='yes' type='pflash'>{folder}/code.fd</loader>
<nvram{form}>{nvram}</nvram></os>"""


@pytest.fixture
def uefi(guest: Guest) -> Guest:
    """A domain with raw UEFI variables, which are as they were then."""
    return with_firmware(guest, "vars.fd", "raw")


def with_firmware(guest: Guest, nvram: str, form: str) -> Guest:
    for name in ("code.fd", "vars.fd"):
        guest.file(name).write_bytes(bytes(SIZE))
    if form == "qcow2":
        raw, path = str(guest.file("vars.fd")), str(guest.file(nvram))
        guest.daemon.run("qemu-img", "convert", "-O", "qcow2", raw, path)
    said = "" if form == "raw" else f" format='{form}'"
    os = PFLASH.format(folder=guest.domain.folder, nvram=guest.file(nvram), form=said)
    with guest.daemon.connect() as connection:
        xml = connection.lookupByName(guest.domain.name).XMLDesc(0)
        connection.defineXML(xml.replace("</os>", os))
    return guest


def set_variables(path: Path) -> None:
    path.write_bytes(b"new" + bytes(SIZE - 3))


def test_trap_22_uefi_variables_naive(uefi: Guest) -> None:
    file = uefi.file("vars.fd")
    if not reverts_external(uefi):
        with refuses():
            uefi.internal("I")
        return
    uefi.internal("I")
    set_variables(file)
    uefi.revert("I")
    assert file.read_bytes()[:3] == b"new"


def test_trap_22_uefi_variables_are_told(uefi: Guest) -> None:
    print(uefi.tool.plan(add=[{"name": "I"}]))
    print(uefi.tool.plan(add=[{"name": "E", "disks": {"vda": "external"}}]))


def test_trap_22_uefi_variables_in_qcow2(guest: Guest) -> None:
    if not reverts_external(guest):
        pytest.skip("this libvirt has no qcow2 variables")
    uefi = with_firmware(guest, "vars.qcow2", "qcow2")
    nvram = uefi.file("vars.qcow2")
    print(uefi.tool.plan(add=[{"name": "I"}]))
    uefi.tool.apply(add=[{"name": "I"}])
    print(uefi.daemon.run("qemu-img", "snapshot", "-l", str(nvram)))
    print(uefi.daemon.virsh("dumpxml", uefi.domain.name)[:1500])
