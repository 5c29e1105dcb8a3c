"""Each command that changes a running QEMU is told before it is sent, by libvirt or to QEMU itself.

The answers are a QEMU's of the lab; `tests/crash_recovery` does the same to real guests.
"""

from collections.abc import Callable
from typing import Any, cast

import pytest

from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.xml.domain import LiveDisk
from reconcile.model.leftover import DiskMerge
from reconcile.observe.qemu_disks import QemuDisk
from reconcile.repair import by_libvirt, by_qemu

MERGE = DiskMerge("vda", "/images/vda.b", "/images/vda.a")
DISK = LiveDisk("vda", "virtio-disk0", "/images/vda.b", 2, job=False, below={"/images/vda.a": 1})
SEEN = QemuDisk(
    "libvirt-1-format", ("/images/vda.a",), 1 << 20, {"direct": False, "no-flush": False}
)
NODES = [
    {"node-name": f"libvirt-{number}-{kind}", "file": file, "drv": driver}
    for number, file in ((1, "/images/vda.a"), (2, "/images/vda.b"), (3, "/images/vda.c"))
    for kind, driver in (("format", "qcow2"), ("storage", "file"))
]
QUESTIONS = frozenset({"query-named-block-nodes", "query-jobs"})


class Guest:
    """Takes down what is told and what is changed, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.log: list[str] = []
        self.handle = cast("DomainHandle", object())
        monkeypatch.setattr(by_qemu, "monitor_command", self.command)
        monkeypatch.setattr(by_libvirt, "begin_commit", self.changed("commit"))
        monkeypatch.setattr(by_libvirt, "pivot", self.changed("pivot"))

    def tell(self, text: str) -> None:
        self.log.append(f"told: {text}")

    def changed(self, what: str) -> Callable[..., bool]:
        def change(*_: object, **__: object) -> bool:
            self.log.append(what)
            return True

        return change

    def command(self, _domain: object, command: str, _arguments: object = None) -> Any:  # noqa: ANN401 - JSON
        if command not in QUESTIONS:
            self.log.append(command)
        return NODES if command == "query-named-block-nodes" else []

    def qemu(self) -> by_qemu.RunningQemu:
        return by_qemu.RunningQemu(self.handle, self.tell)


@pytest.fixture
def guest(monkeypatch: pytest.MonkeyPatch) -> Guest:
    return Guest(monkeypatch)


def test_closing_an_image(guest: Guest) -> None:
    by_qemu.close_image(guest.qemu(), "libvirt-2-format")
    assert guest.log == [
        "told: about to close node libvirt-2-format in the running QEMU",
        "blockdev-del",
        "told: about to close node libvirt-2-storage in the running QEMU",
        "blockdev-del",
    ]


def test_a_disk_put_on_an_overlay(guest: Guest) -> None:
    by_qemu.put_on_overlay(guest.qemu(), DISK, SEEN)
    assert guest.log == [
        "told: about to open /images/vda.b as node libvirt-2-storage in the running QEMU",
        "blockdev-add",
        "told: about to open /images/vda.b as node libvirt-2-format in the running QEMU",
        "blockdev-add",
        (
            "told: about to let the running QEMU write to node libvirt-2-format, "
            "on top of node libvirt-1-format"
        ),
        "blockdev-snapshot",
    ]


def test_an_image_put_into_the_chain(guest: Guest) -> None:
    disk = LiveDisk(
        "vda", "d", "/images/vda.c", 3, job=False, below={"/images/vda.b": 2, "/images/vda.a": 1}
    )
    by_qemu.reinsert(guest.qemu(), disk, SEEN, "/images/vda.b", "/images/vda.a")
    assert guest.log == [
        "told: about to open /images/vda.b as node libvirt-2-storage in the running QEMU",
        "blockdev-add",
        "told: about to open /images/vda.b as node libvirt-2-format in the running QEMU",
        "blockdev-add",
        "told: about to let node libvirt-3-format lie on node libvirt-2-format in the running QEMU",
        "blockdev-reopen",
    ]


def test_an_overlay_committed_by_qemu(guest: Guest) -> None:
    seen = QemuDisk("libvirt-2-format", ("/images/vda.b", "/images/vda.a"), 1 << 20, SEEN.cache)
    by_qemu.commit_into(guest.qemu(), seen, "/images/vda.a", "reconcile-vda")
    assert guest.log == [
        (
            "told: about to commit node libvirt-2-format into node libvirt-1-format "
            "in the running QEMU"
        ),
        "block-commit",
        (
            "told: about to complete job reconcile-vda in the running QEMU: "
            "the guest then writes to /images/vda.a"
        ),
        "job-complete",
        "told: about to close node libvirt-2-format in the running QEMU",
        "blockdev-del",
        "told: about to close node libvirt-2-storage in the running QEMU",
        "blockdev-del",
    ]


def test_an_overlay_merged_by_libvirt(guest: Guest) -> None:
    by_libvirt.merge_active(MERGE, guest.handle, guest.tell)
    assert guest.log == [
        "told: about to merge /images/vda.b into /images/vda.a in the running guest",
        "commit",
        "told: about to move disk vda of the running guest to /images/vda.a",
        "pivot",
    ]
