"""What a definition needs on its host, and what a host's capabilities say of it."""

import pytest

from reconcile.errors import HostXmlError
from reconcile.libvirt.xml.capabilities import guests
from reconcile.libvirt.xml.element import parse
from reconcile.libvirt.xml.node_device import usb_names
from reconcile.libvirt.xml.requirements import requirements
from reconcile.model.definition import Need, Requirement

MAC = "<mac address='52:54:00:00:00:01'/>"
QEMU = "/usr/bin/qemu-system-x86_64"


def named(part: str) -> list[tuple[Need, str]]:
    """What this part of `<devices>` needs."""
    domain = parse(f"<domain><devices>{part}</devices></domain>")
    return [(each.need, each.name) for each in requirements(domain)]


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ("<serial type='dev'><source path='/dev/ttyS7'/></serial>", "/dev/ttyS7"),
        ("<serial type='file'><source path='/logs/a'/></serial>", "/logs"),
        ("<serial type='pipe'><source path='/pipes/a'/></serial>", "/pipes"),
        ("<serial type='unix'><source mode='bind' path='/socks/a'/></serial>", "/socks"),
        ("<serial type='unix'><source mode='connect' path='/socks/a'/></serial>", "/socks/a"),
        ("<serial type='pty'><log file='/logs/a'/></serial>", "/logs"),
        ("<filesystem><source dir='/shared'/></filesystem>", "/shared"),
        ("<filesystem><binary path='/opt/virtiofsd'/></filesystem>", "/opt/virtiofsd"),
        ("<filesystem><source socket='/run/fs.sock'/></filesystem>", "/run/fs.sock"),
        ("<rng><backend model='random'>/dev/hwrng</backend></rng>", "/dev/hwrng"),
        ("<input type='evdev'><source dev='/dev/input/event3'/></input>", "/dev/input/event3"),
        (
            "<tpm><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>",
            "/dev/tpm0",
        ),
        ("<graphics type='vnc'><listen type='socket' socket='/vnc/a'/></graphics>", "/vnc"),
        ("<interface type='user'><rom file='/roms/a'/></interface>", "/roms/a"),
        (
            "<interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/></interface>",
            "/dev/vhost-vdpa-0",
        ),
    ],
)
def test_a_file_that_must_be_there(part: str, path: str) -> None:
    assert named(part) == [(Need.FILE, path)]


@pytest.mark.parametrize(
    "part",
    [
        "<serial type='pty'><source path='/dev/pts/3'/></serial>",
        "<rng><backend model='egd'/></rng>",
        "<interface type='user'/>",
        "<interface type='bridge'><source bridge='ovs0'/><virtualport/></interface>",
        "<channel><source mode='bind' path='/run/libvirt/qemu/channel/1-a/x'/></channel>",
        "<hostdev type='scsi'><source protocol='iscsi'/></hostdev>",
    ],
)
def test_what_libvirt_makes_or_nobody_can_tell_is_not_asked_for(part: str) -> None:
    assert named(part) == []


@pytest.mark.parametrize(
    ("part", "need", "name"),
    [
        ("<interface type='bridge'>{}<source bridge='br0'/>", Need.HOST_INTERFACE, "br0"),
        ("<interface type='direct'>{}<source dev='eth0'/>", Need.HOST_INTERFACE, "eth0"),
        ("<interface type='network'>{}<source network='lab'/>", Need.NETWORK, "lab"),
    ],
)
def test_a_network_card_needs_what_it_is_plugged_into(part: str, need: Need, name: str) -> None:
    assert named(f"{part.format(MAC)}</interface>") == [(need, name)]


@pytest.mark.parametrize(
    ("kind", "source", "need", "name"),
    [
        (
            "pci",
            "<address domain='0x0000' bus='0xf0' slot='0x1e' function='0x0'/>",
            Need.DEVICE,
            "pci_0000_f0_1e_0",
        ),
        ("mdev", "<address uuid='c2177883-f1bb'/>", Need.DEVICE, "mdev_c2177883_f1bb"),
        (
            "scsi",
            "<adapter name='scsi_host7'/><address bus='0' target='1' unit='2'/>",
            Need.DEVICE,
            "scsi_7_0_1_2",
        ),
        ("usb", "<vendor id='0x1234'/><product id='0xbeef'/>", Need.USB_DEVICE, "1234:beef"),
        ("usb", "<address bus='1' device='3'/>", Need.USB_DEVICE, "1.3"),
    ],
)
def test_a_device_of_the_host(kind: str, source: str, need: Need, name: str) -> None:
    assert named(f"<hostdev type='{kind}'><source>{source}</source></hostdev>") == [(need, name)]


def test_a_device_whose_address_is_no_number_is_an_error_of_the_host() -> None:
    with pytest.raises(HostXmlError):
        named("<hostdev type='pci'><source><address bus='x'/></source></hostdev>")


def test_a_secret_of_a_disk() -> None:
    disk = "<disk><source><encryption><secret uuid='5ec4'/></encryption></source></disk>"
    assert named(disk) == [(Need.SECRET, "5ec4")]


def test_variables_are_made_from_their_template() -> None:
    os = "<os><nvram template='/t.fd'>/vars.fd</nvram></os>"
    assert [each.files for each in requirements(parse(f"<domain>{os}</domain>"))] == [
        ("/vars.fd", "/t.fd")
    ]


DOMAIN = f"""<domain type='kvm'><os><type arch='x86_64' machine='pc-q35-9.0'>hvm</type></os>
<cpu mode='custom'><model>Nehalem</model></cpu>
<devices><emulator>{QEMU}</emulator></devices></domain>"""
CAPABILITIES = f"""<capabilities><guest><arch name='x86_64'><emulator>{QEMU}</emulator>
<machine>pc-q35-9.0</machine><domain type='qemu'/></arch></guest></capabilities>"""


def test_capabilities_tell_which_machine_and_domain_types_an_emulator_knows() -> None:
    known = guests(CAPABILITIES)
    asked = {each.need: each for each in requirements(parse(DOMAIN))}
    assert asked[Need.CPU_MODEL].name == "Nehalem"
    assert known.knows(asked[Need.MACHINE]) is True
    assert known.knows(asked[Need.DOMAIN_TYPE]) is False
    other = Requirement(Need.MACHINE, "pc-q35-9.0", "", arch="x86_64", emulator="/opt/qemu")
    assert known.knows(other) is None


def test_a_usb_device_is_known_by_its_model_and_by_its_place() -> None:
    device = """<device><capability type='usb_device'><bus>1</bus><device>3</device>
    <product id='0xbeef'>A</product><vendor id='0x1234'>B</vendor></capability></device>"""
    assert set(usb_names(device)) == {"1234:beef", "1.3"}
