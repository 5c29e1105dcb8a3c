"""What the definition in a snapshot names of its host beside media and disks is looked at, too.

Each thing is taken away after the snapshot was taken: the plan refuses the revert, the guest goes
on, and libvirt by itself stops it and fails.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.disk import SECRET, Disk
from tests.lab.fixtures import MakeDomain
from tests.real_hosts.reverting import (
    NO_REVERT,
    STARTED,
    TO_S,
    by_name,
    done,
    external_with_memory,
    fails_without,
    internal_off,
    internal_running,
    left_alone,
    reverts_external,
    rewritten,
    running,
)
from tests.real_hosts.subject import Subject

SIZE = 64 * 1024
HEADER = 92
Bend = Callable[[bytes], bytes]


def no_image(_: bytes) -> bytes:
    return bytes(8192)


def empty(_: bytes) -> bytes:
    return b""


def without_its_header(whole: bytes) -> bytes:
    return whole[: HEADER // 2]


def without_memory(whole: bytes) -> bytes:
    return whole[: HEADER + int.from_bytes(whole[20:24], "little")]


def cut_in_the_middle(whole: bytes) -> bytes:
    return whole[: len(whole) * 2 // 3]


def unfinished(whole: bytes) -> bytes:
    return whole.replace(b"LibvirtQemudSave", b"LibvirtQemudPart", 1)


def of_another_domain(whole: bytes) -> bytes:
    at = whole.index(b"<uuid>") + len(b"<uuid>")
    return whole[:at] + b"deadbeef" + whole[at + 8 :]


BENT = (
    no_image,
    empty,
    without_its_header,
    without_memory,
    cut_in_the_middle,
    unfinished,
    of_another_domain,
)

CUT = (without_memory, cut_in_the_middle)
NEVER_ENDS = (12, 8, 0)
"""The version whose revert waits without end for a QEMU whose stream of memory was cut short."""


@pytest.mark.parametrize("bend", BENT, ids=by_name)
def test_a_memory_file_that_libvirt_would_not_load(subject: Subject, bend: Bend) -> None:
    external_with_memory(subject)
    running(subject)
    file = subject.file("s.mem")
    file.write_bytes(bend(file.read_bytes()))
    if not reverts_external(subject):
        left_alone(subject, TO_S, {NO_REVERT, "memory-damaged"})
        return
    left_alone(subject, TO_S, {"memory-damaged"})
    if bend not in CUT or subject.daemon.version < NEVER_ENDS:
        fails_without(subject)


def test_a_memory_file_that_is_whole_is_loaded(subject: Subject) -> None:
    external_with_memory(subject)
    running(subject)
    if reverts_external(subject):
        done(subject, TO_S, "running")
    else:
        left_alone(subject, TO_S, {NO_REVERT})


def test_an_emulator_that_is_gone(subject: Subject) -> None:
    """libvirt asks it also for the definition of a domain that stays off."""
    emulator = subject.file("qemu")
    emulator.symlink_to("/usr/bin/qemu-system-x86_64")
    subject.edit(lambda root: _set(root, "devices/emulator", str(emulator)))
    internal_running(subject)
    running(subject)
    emulator.unlink()
    left_alone(subject, TO_S, {"file-missing"})
    fails_without(subject)


@pytest.mark.parametrize(
    ("path", "value"),
    [("os/type", "pc-i440fx-99.9"), (".", "kvm"), ("cpu/model", "Nonesuch")],
    ids=["machine", "kvm", "cpu"],
)
def test_a_machine_that_this_host_does_not_know(subject: Subject, path: str, value: str) -> None:
    internal_off(subject)
    rewritten(subject, lambda root: _with_machine(root, path, value))
    planned = left_alone(subject, STARTED, {"machine-unknown"})
    assert value in planned.text
    planned = done(subject, TO_S, "shutoff")
    assert "will not start" in planned.warnings


@pytest.mark.parametrize(("path", "value"), [("os/type", "pc-i440fx-99.9"), (".", "kvm")])
def test_a_guest_is_not_stopped_for_a_machine_that_nobody_knows(
    subject: Subject, path: str, value: str
) -> None:
    internal_running(subject)
    rewritten(subject, lambda root: _with_machine(root, path, value))
    running(subject)
    left_alone(subject, TO_S, {"machine-unknown"})
    fails_without(subject)


def test_variables_whose_template_is_gone_too(subject: Subject) -> None:
    """A domain that stays off keeps them gone; a start would make them from the template."""
    for name in ("code.fd", "vars.fd", "template.fd"):
        subject.file(name).write_bytes(bytes(SIZE))
    subject.edit(lambda root: _with_variables(root, subject.domain.folder))
    if not reverts_external(subject):
        left_alone_or_not_taken(subject)
        return
    internal_off(subject)
    subject.file("vars.fd").unlink()
    planned = subject.plan(STARTED)
    assert (planned.code, "new ones from the template" in planned.warnings) == (0, True), planned
    subject.file("template.fd").unlink()
    left_alone(subject, STARTED, {"file-missing"})
    done(subject, TO_S, "shutoff")
    fails_without(subject, start=True)


def left_alone_or_not_taken(subject: Subject) -> None:
    """libvirt 9.0 takes no internal snapshot of a domain with UEFI variables in a raw file."""
    planned = subject.plan({"snapshots": [{"name": "s"}]})
    assert planned.codes == {"firmware-nvram"}, planned


def test_a_secret_of_an_encrypted_disk_that_is_gone(
    make_domain: MakeDomain, tmp_path: Path
) -> None:
    subject = Subject(make_domain([Disk(mib=1), Disk("vdb", mib=1, luks=True)]), tmp_path)
    subject.domain.start()
    subject.with_memory("s")
    secret = subject.daemon.virsh("secret-dumpxml", SECRET)
    value = subject.daemon.virsh("secret-get-value", SECRET).strip()
    subject.daemon.virsh("secret-undefine", SECRET)
    try:
        codes = {"secret-missing"} if reverts_external(subject) else {"secret-missing", NO_REVERT}
        left_alone(subject, TO_S, codes)
        if reverts_external(subject):
            fails_without(subject)
    finally:
        again = tmp_path / "secret.xml"
        again.write_text(secret)
        subject.daemon.virsh("secret-define", str(again))
        subject.daemon.virsh("secret-set-value", SECRET, value)


SHARED = "<filesystem accessmode='passthrough'><source dir='{}'/><target dir='t'/></filesystem>"
BOUND = "<serial type='unix'><source mode='bind' path='{}/socket'/></serial>"
LOGGED = "<serial type='pty'><log file='{}/log'/></serial>"
RANDOM = "<rng model='virtio'><backend model='random'>{}/random</backend></rng>"
ROM = "<interface type='user'><rom file='{}/rom'/></interface>"


@pytest.mark.parametrize(
    "xml", [SHARED, BOUND, LOGGED, RANDOM, ROM], ids=["shared", "socket", "log", "random", "rom"]
)
def test_a_file_or_folder_that_a_device_needs(subject: Subject, xml: str) -> None:
    folder = subject.file("folder")
    subject.add_device(xml.format(folder))
    internal_off(subject)
    left_alone(subject, STARTED, {"file-missing"})
    planned = done(subject, TO_S, "shutoff")
    assert "will not start" in planned.warnings
    fails_without(subject, start=True)


def _set(root: ET.Element, path: str, text: str) -> None:
    found = root.find(path)
    assert found is not None
    found.text = text


def _with_machine(definition: ET.Element, path: str, value: str) -> None:
    """Another machine type, domain type or CPU model."""
    if path == ".":
        definition.set("type", value)
        return
    if path == "os/type":
        found = definition.find(path)
        assert found is not None
        found.set("machine", value)
        return
    cpu = definition.find("cpu")
    if cpu is not None:
        definition.remove(cpu)
    cpu = ET.SubElement(definition, "cpu", mode="custom", match="exact")
    ET.SubElement(cpu, "model", fallback="forbid").text = value


def _with_variables(root: ET.Element, folder: Path) -> None:
    system = root.find("os")
    assert system is not None
    ET.SubElement(system, "loader", readonly="yes", type="pflash").text = f"{folder}/code.fd"
    template = f"{folder}/template.fd"
    ET.SubElement(system, "nvram", template=template).text = f"{folder}/vars.fd"
