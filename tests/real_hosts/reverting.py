"""Domains to revert: what is in their snapshots, and what is taken away since."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Final

import libvirt
import pytest

from tests.real_hosts.subject import Keys, Planned, Subject

TO_S: Final[Keys] = {
    "snapshots": [{"name": "s"}],
    "current": {"snapshot": "s", "revert": "always"},
}
STARTED: Final[Keys] = {
    **TO_S,
    "current": {"snapshot": "s", "revert": "always", "run-state": "running"},
}
POLICIES: Final = ("", "mandatory", "requisite", "optional")
NO_REVERT: Final = "revert-external"
Take = Callable[[Subject], None]


def internal_off(subject: Subject) -> None:
    subject.internal("s")


def internal_running(subject: Subject) -> None:
    subject.domain.start()
    subject.internal("s")


def external_off(subject: Subject) -> None:
    subject.external("s")


def external_running(subject: Subject) -> None:
    subject.domain.start()
    subject.external("s")


def external_with_memory(subject: Subject) -> None:
    subject.domain.start()
    subject.with_memory("s")


EXTERNAL: Final = (external_off, external_running, external_with_memory)


def by_name(each: object) -> str:
    return getattr(each, "__name__", "") or str(each) or "none"


def add_medium(subject: Subject, policy: str, device: str = "cdrom") -> None:
    """A drive with a medium."""
    target, bus = {"cdrom": ("hda", "ide"), "floppy": ("fda", "fdc")}[device]
    image = subject.file("medium.img")
    image.write_bytes(bytes(1024 * 1024))
    said = f" startupPolicy='{policy}'" if policy else ""
    subject.add_device(
        f"<disk type='file' device='{device}'><driver name='qemu' type='raw'/>"
        f"<source file='{image}'{said}/><target dev='{target}' bus='{bus}'/><readonly/></disk>"
    )


def add_disk(subject: Subject, xml: str = "", target: str = "vdb") -> None:
    """A second hard disk."""
    image = subject.file(f"{target}.qcow2")
    subject.image("create", "-q", "-f", "qcow2", str(image), "1M")
    subject.add_device(
        "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
        f"<source file='{image}'/><target dev='{target}' bus='virtio'/>{xml}</disk>"
    )


def remove_medium(subject: Subject) -> None:
    """The medium is ejected, as people do before they delete it."""
    live = ("--live", "--force") if subject.domain.state != "shutoff" else ()
    target = "hda" if subject.domain.disk("hda") is not None else "fda"
    subject.virsh("change-media", target, "--eject", "--config", *live)
    subject.file("medium.img").unlink()


def running(subject: Subject) -> None:
    """The guest runs when the revert is planned, and has written something."""
    if subject.domain.state == "shutoff":
        subject.domain.start()
    subject.write()


def left_alone(subject: Subject, keys: Keys, codes: set[str]) -> Planned:
    """The revert is refused, and the guest goes on with what it holds."""
    before = (subject.domain.state, subject.now())
    planned = subject.refused(keys)
    assert planned.codes <= codes, planned
    assert (subject.domain.state, subject.now()) == before
    return planned


def done(subject: Subject, keys: Keys, state: str) -> Planned:
    """The revert is done, also a second time, and the disk is as it was."""
    planned = subject.applied(keys)
    assert (subject.now(), subject.domain.state) == (subject.held["s"], state)
    subject.applied(keys)
    assert (subject.now(), subject.domain.state) == (subject.held["s"], state)
    return planned


def reverts_external(subject: Subject) -> bool:
    return subject.daemon.version >= (9, 9, 0)


def fails_without(subject: Subject, *, name: str = "s", start: bool = False) -> None:
    """What libvirt does by itself: it stops the guest, and fails."""
    flags = libvirt.VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING if start else 0
    with subject.domain.handle() as handle:
        found = handle.snapshotLookupByName(name)
        with pytest.raises(libvirt.libvirtError):
            handle.revertToSnapshot(found, flags)
    assert subject.domain.state == "shutoff"


def rewritten(subject: Subject, change: Callable[[ET.Element], None]) -> None:
    """The snapshot's metadata as on a host where something else was there when it was taken."""
    with subject.domain.handle() as handle:
        found = handle.snapshotLookupByName("s")
        root = ET.fromstring(found.getXMLDesc(libvirt.VIR_DOMAIN_SNAPSHOT_XML_SECURE))  # noqa: S314 - libvirt wrote it
        found.delete(libvirt.VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY)
        for definition in root.iterfind("./*[devices]"):
            change(definition)
        current = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE
        current |= libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT
        handle.snapshotCreateXML(ET.tostring(root, encoding="unicode"), current)
