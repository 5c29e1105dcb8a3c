"""What a definition names of its host, by which a dump of another origin is told."""

import pytest

from reconcile.libvirt.xml.element import parse
from reconcile.libvirt.xml.host_access import host_access

QEMU = "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'"


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ("<devices><emulator>/usr/bin/qemu</emulator></devices>", ["/usr/bin/qemu"]),
        ("<devices><emulator>qemu</emulator></devices>", ["qemu"]),
        ("<devices><emulator>/usr/bin/../evil</emulator></devices>", ["/usr/evil"]),
        ("<os><kernel>/boot/vmlinuz</kernel></os>", ["/boot/vmlinuz"]),
        ("<qemu:commandline><qemu:arg value='-s'/></qemu:commandline>", ["-s"]),
        ("<devices><interface><script path='up'/></interface></devices>", ["up"]),
        ("<devices><filesystem><source dir='/etc'/></filesystem></devices>", ["/etc"]),
        ("<devices><disk><source file='/a.qcow2'/></disk></devices>", []),
        ("<devices><console><source path='/dev/pts/3'/></console></devices>", []),
        ("<metadata><x path='/etc'/></metadata>", []),
        ("<description>/etc</description>", []),
        ("<seclabel type='none' model='dac'/>", ["security label [[('model', 'dac'), "]),
        ("<seclabel type='dynamic' model='dac'/>", []),
        ("<devices><hostdev><source x='1'/></hostdev></devices>", ["host device [[('x', '1')]]"]),
    ],
)
def test_what_is_no_image_of_a_disk_is_named(part: str, named: list[str]) -> None:
    found = host_access(parse(f"<domain {QEMU}>{part}</domain>"))
    assert len(found) == len(named)
    assert all(each.startswith(start) for each, start in zip(found, named, strict=True))


def test_a_channel_of_one_start_is_left_out() -> None:
    path = "/var/lib/libvirt/qemu/channel/target/domain-3-web01/agent"
    channel = f"<devices><channel><source path='{path}'/></channel></devices>"
    assert host_access(parse(f"<domain>{channel}</domain>")) == ()
    escaped = channel.replace("agent", "../../../../../../../etc/passwd")
    assert host_access(parse(f"<domain>{escaped}</domain>")) == ("/etc/passwd",)
