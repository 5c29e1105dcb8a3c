"""Redefining where the definition has an empty floppy drive: libvirt refuses its own dump."""

import libvirt
import pytest

from tests.real_hosts.subject import Keys, Subject

EMPTY_DRIVE = "<disk type='file' device='floppy'><target dev='fda' bus='fdc'/></disk>"
DESCRIBED: Keys = {"adopt": True, "snapshots": [{"name": "base", "description": "golden"}]}


def test_what_libvirt_dumps_it_does_not_take_back_and_a_plan_redefines_all_the_same(
    subject: Subject,
) -> None:
    subject.add_device(EMPTY_DRIVE)
    subject.internal("base")
    with subject.domain.handle() as handle:
        dump = handle.snapshotLookupByName("base").getXMLDesc()
        with pytest.raises(libvirt.libvirtError):
            handle.snapshotCreateXML(dump, libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE)
    planned = subject.applied(DESCRIBED)
    assert planned.actions == ("redefine base",)
    assert "<description>golden</description>" in subject.virsh("snapshot-dumpxml", "base")
