"""What a revert needs on the host is looked at before libvirt stops the guest, and then fails.

What libvirt can do without, such as an optional medium, is not in the way of anything.
"""

import xml.etree.ElementTree as ET

import pytest

from tests.lab.releases import OWN
from tests.real_hosts.reverting import (
    EXTERNAL,
    NO_REVERT,
    POLICIES,
    STARTED,
    TO_S,
    Take,
    add_disk,
    add_medium,
    by_name,
    done,
    external_with_memory,
    fails_without,
    internal_off,
    internal_running,
    left_alone,
    reverts_external,
    running,
)
from tests.real_hosts.subject import Subject


@pytest.mark.parametrize("policy", POLICIES, ids=by_name)
def test_a_medium_that_is_gone_stops_no_revert_to_a_domain_that_is_off(
    subject: Subject, policy: str
) -> None:
    add_medium(subject, policy)
    internal_off(subject)
    subject.file("medium.img").unlink()
    planned = done(subject, TO_S, "shutoff")
    assert ("will not start" in planned.warnings) == (policy != "optional"), planned
    assert subject.starts() == (policy == "optional")


@pytest.mark.parametrize("policy", POLICIES, ids=by_name)
def test_a_medium_that_is_gone_is_needed_by_a_guest_that_runs(
    subject: Subject, policy: str
) -> None:
    add_medium(subject, policy)
    internal_running(subject)
    running(subject)
    subject.file("medium.img").unlink()
    if policy in {"optional", "requisite"}:
        done(subject, TO_S, "running")
    else:
        left_alone(subject, TO_S, {"medium-missing"})


@pytest.mark.parametrize("policy", POLICIES, ids=by_name)
def test_a_domain_that_was_off_is_not_started_without_its_medium(
    subject: Subject, policy: str
) -> None:
    """libvirt does half of that revert before it fails."""
    add_medium(subject, policy)
    internal_off(subject)
    subject.file("medium.img").unlink()
    subject.write()
    if policy in {"optional", "requisite"}:
        done(subject, STARTED, "running")
    else:
        left_alone(subject, STARTED, {"medium-missing"})


@pytest.mark.parametrize("take", EXTERNAL, ids=by_name)
@pytest.mark.parametrize("policy", ["", "optional"], ids=by_name)
def test_an_external_snapshot_needs_every_medium(subject: Subject, take: Take, policy: str) -> None:
    """libvirt puts an overlay over each, whatever its policy."""
    add_medium(subject, policy)
    take(subject)
    subject.file("medium.img").unlink()
    running_or_off = subject.domain.state
    subject.write()
    needed = "medium-missing" if reverts_external(subject) else NO_REVERT
    left_alone(subject, TO_S, {needed, "medium-missing"})
    assert subject.domain.state == running_or_off


def test_a_medium_that_was_ejected_comes_back(subject: Subject) -> None:
    add_medium(subject, "")
    internal_off(subject)
    subject.virsh("change-media", "hda", "--eject", "--config")
    done(subject, TO_S, "shutoff")
    assert subject.domain.source("hda") == subject.file("medium.img")


@pytest.mark.parametrize("policy", ["", "optional"], ids=by_name)
def test_a_floppy_is_a_medium_too(subject: Subject, policy: str) -> None:
    add_medium(subject, policy, "floppy")
    internal_running(subject)
    running(subject)
    subject.file("medium.img").unlink()
    if policy:
        done(subject, TO_S, "running")
    else:
        left_alone(subject, TO_S, {"medium-missing"})


@pytest.mark.parametrize("take", [internal_running, *EXTERNAL], ids=by_name)
def test_a_read_only_disk_is_needed(subject: Subject, take: Take) -> None:
    add_disk(subject, "<readonly/>")
    take(subject)
    subject.write()
    subject.file("vdb.qcow2").unlink()
    allowed = {"file-missing", "medium-missing"}
    if take in EXTERNAL and not reverts_external(subject):
        allowed.add(NO_REVERT)
    left_alone(subject, TO_S, allowed)


def test_a_domain_that_is_off_keeps_a_read_only_disk_that_is_gone(subject: Subject) -> None:
    add_disk(subject, "<readonly/>")
    internal_off(subject)
    subject.file("vdb.qcow2").unlink()
    planned = done(subject, TO_S, "shutoff")
    assert "will not start" in planned.warnings


def test_a_writable_disk_that_is_gone_would_be_half_reverted(subject: Subject) -> None:
    add_disk(subject)
    internal_off(subject)
    subject.virsh("detach-disk", "vdb", "--config")
    subject.file("vdb.qcow2").unlink()
    subject.write()
    left_alone(subject, TO_S, {"file-missing", "tag-missing"})


@pytest.mark.parametrize("attached", [True, False], ids=["attached", "detached"])
def test_a_writable_disk_that_was_left_out_is_needed(subject: Subject, attached: bool) -> None:
    add_disk(subject)
    subject.external("s", without="vdb")
    if not attached:
        subject.virsh("detach-disk", "vdb", "--config")
    subject.file("vdb.qcow2").unlink()
    allowed = {"file-missing", "revert-excluded", "data-lost"}
    left_alone(subject, TO_S, allowed if reverts_external(subject) else {NO_REVERT, *allowed})


def test_a_memory_file_is_needed(subject: Subject) -> None:
    external_with_memory(subject)
    subject.write()
    subject.file("s.mem").unlink()
    allowed = {"file-missing", "data-gone"}
    left_alone(subject, TO_S, allowed if reverts_external(subject) else {NO_REVERT, *allowed})


def test_a_kernel_is_needed_by_a_domain_that_is_started(subject: Subject) -> None:
    kernel = subject.file("kernel")
    kernel.write_bytes(bytes(4096))

    def add(root: ET.Element) -> None:
        system = root.find("os")
        assert system is not None
        ET.SubElement(system, "kernel").text = str(kernel)

    subject.edit(add)
    internal_off(subject)
    kernel.unlink()
    left_alone(subject, STARTED, {"file-missing"})
    planned = done(subject, TO_S, "shutoff")
    assert "will not start" in planned.warnings


def test_the_folder_of_a_console_log_is_needed_by_a_guest_that_runs(subject: Subject) -> None:
    folder = subject.file("logs")
    folder.mkdir()
    subject.add_device(f"<serial type='file'><source path='{folder}/console'/></serial>")
    internal_running(subject)
    running(subject)
    (folder / "console").unlink()
    folder.rmdir()
    left_alone(subject, TO_S, {"file-missing"})


NETWORK = "<interface type='network'><source network='nowhere'/></interface>"
BRIDGE = "<interface type='bridge'><source bridge='br-gone'/></interface>"
PCI_DEVICE = (
    "<hostdev mode='subsystem' type='pci' managed='no'><source>"
    "<address domain='0x0000' bus='0xf0' slot='0x1e' function='0x0'/></source></hostdev>"
)
USB_DEVICE = (
    "<hostdev mode='subsystem' type='usb'>"
    "<source><vendor id='0x1234'/><product id='0xfedc'/></source></hostdev>"
)


@pytest.mark.parametrize(
    ("device", "code", "name"),
    [
        (NETWORK, "network-missing", "nowhere"),
        (PCI_DEVICE, "device-missing", "pci_0000_f0_1e_0"),
        (USB_DEVICE, "device-missing", "1234:fedc"),
        (BRIDGE, "device-missing", "br-gone"),
    ],
    ids=["network", "pci", "usb", "bridge"],
)
def test_a_thing_of_the_host_is_needed_by_a_domain_that_is_started(
    subject: Subject, device: str, code: str, name: str
) -> None:
    """Where libvirt has no driver for networks or devices nobody can see whether one is there."""
    subject.edit(lambda root: _with_device(root, device))
    internal_off(subject)
    planned = subject.plan(STARTED)
    if planned.code or subject.daemon.release is OWN:  # the one with a driver for devices
        left_alone(subject, STARTED, {code})
    else:
        assert name in planned.warnings, planned
    planned = done(subject, TO_S, "shutoff")
    assert name in planned.warnings
    fails_without(subject, start=True)


def _with_device(root: ET.Element, xml: str) -> None:
    """With a USB controller, which the lab's domains have not."""
    devices = root.find("devices")
    assert devices is not None
    controller = devices.find("controller[@model='none']")
    if controller is not None:
        devices.remove(controller)
    devices.append(ET.fromstring(xml))  # noqa: S314 - written above


def test_a_plan_shows_what_a_revert_does_to_the_definition(subject: Subject) -> None:
    internal_off(subject)
    add_disk(subject)
    subject.edit(lambda root: _set(root, "memory", str(48 * 1024)))
    planned = done(subject, TO_S, "shutoff")
    for said in ("vdb", "memory"):
        assert said in planned.changes + planned.warnings, planned
    assert subject.file("vdb.qcow2").exists()


def _set(root: ET.Element, name: str, text: str) -> None:
    for tag in (name, "currentMemory"):
        found = root.find(tag)
        assert found is not None
        found.text = text
