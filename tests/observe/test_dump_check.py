"""A dump that libvirt would never have written: some of them end libvirt's daemon (9.0.0)."""

import pytest

from reconcile.errors import HostXmlError
from reconcile.libvirt.xml import snapshot_read

DISK = "<disk type='file' device='disk'><source file='/a.qcow2'/><target dev='vda'/></disk>"
WHOLE = f"""<domainsnapshot>
<name>base</name><state>shutoff</state><creationTime>1</creationTime>
<memory snapshot='no'/>
<disks><disk name='vda' snapshot='internal'/></disks>
<domain type='kvm'><name>web01</name><uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
<memory>1024</memory><devices>{DISK}</devices></domain>
</domainsnapshot>"""


def test_a_whole_dump_is_read() -> None:
    dump = snapshot_read.read_dump(WHOLE)
    assert dump.snapshot.name == "base"
    assert dump.domain == "6695eb01-f6a4-8304-79aa-97f2502e193f"


@pytest.mark.parametrize(
    ("there", "instead", "told"),
    [
        ("<target dev='vda'/>", "", "a `<domain/devices/disk>` has no target"),
        ("<target dev='vda'/>", "<target dev=''/>", "a `<domain/devices/disk>` has no target"),
        (DISK, DISK + DISK, "two `<domain/devices/disk>` have the target vda"),
        ("<disk name='vda' ", "<disk ", "a `<disks/disk>` has no target"),
        ("<name>base</name>", "", "it has not exactly one `<name>`"),
        ("<name>base</name>", "<name>base</name>" * 2, "it has not exactly one `<name>`"),
        ("<memory snapshot='no'/>", "<memory/><memory/>", "it has more than one `<memory>`"),
        ("snapshot='no'", "snapshot='x'", "its `<memory>` is none that libvirt knows"),
        ("domainsnapshot>", "domainbackup>", "it is no `<domainsnapshot>`"),
        (">1024<", ">much<", "`<memory>` is no number"),
        (">1<", ">yesterday<", "`<creationTime>` is no number"),
    ],
)
def test_another_one_is_not_read(there: str, instead: str, told: str) -> None:
    assert there in WHOLE
    with pytest.raises(HostXmlError) as refused:
        snapshot_read.read_dump(WHOLE.replace(there, instead))
    assert told in str(refused.value)
