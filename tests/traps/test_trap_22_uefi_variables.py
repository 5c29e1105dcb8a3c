"""Trap 22: UEFI variables are part of a snapshot only if it is internal and their file is qcow2.

Any other is taken with success, and a revert leaves the variables as they are. The firmware here is
a file of zeros: it never has to run.
"""

from pathlib import Path

import pytest

from tests.lab import content, skips
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
    warning = "{}: the UEFI variables (NVRAM) are not part of this snapshot"
    external = {"name": "E", "disks": {"vda": "external"}}
    assert uefi.tool.plan(add=[external]).warnings == (warning.format("E"),)
    if reverts_external(uefi):
        assert uefi.tool.plan(add=[{"name": "I"}]).warnings == (warning.format("I"),)
    else:
        assert uefi.tool.refusal(add=[{"name": "I"}]) == "I: firmware-nvram"


def test_trap_22_uefi_variables_in_qcow2(guest: Guest) -> None:
    if not reverts_external(guest):
        skips.since(guest.daemon, (9, 9, 0), "internal snapshots of domains with UEFI")
    uefi = with_firmware(guest, "vars.qcow2", "qcow2")
    nvram = str(uefi.file("vars.qcow2"))
    assert uefi.tool.apply(add=[{"name": "I"}]).warnings == ()
    uefi.daemon.run("qemu-io", "-f", "qcow2", "-c", "write -P 0x22 0 4096", nvram)
    uefi.tool.apply("I", current={"snapshot": "I", "revert": "always"})
    assert set(content.read(uefi.daemon, Path(nvram), length=4096)) == {0}
