"""`<domain>`: what libvirt and QEMU look for on the host when they start it."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from reconcile.errors import HostXmlError
from reconcile.libvirt.xml import source
from reconcile.libvirt.xml.element import Element, attribute, text_of
from reconcile.model.definition import Need, Requirement

REMOVABLE: Final = frozenset({"cdrom", "floppy"})
NAMED_FILES: Final = (
    ("os/kernel", ""),
    ("os/initrd", ""),
    ("os/dtb", ""),
    ("os/loader", ""),
    ("os/acpi/table", ""),
    ("sysinfo[@type='fwcfg']/entry", "file"),
    ("devices/*/rom", "file"),
    ("devices/*[@type='dev']/source", "path"),
    ("devices/*/source[@mode='connect']", "path"),
    ("devices/filesystem/source", "dir"),
    ("devices/filesystem/source", "socket"),
    ("devices/filesystem/binary", "path"),
    ("devices/graphics/gl", "rendernode"),
    ("devices/input/source", "dev"),
    ("devices/input/source", "evdev"),
    ("devices/rng/backend[@model='random']", ""),
    ("devices/tpm/backend[@type='passthrough']/device", "path"),
)
"""Elements that name a file which has to be there, by an attribute or by their text."""

WRITTEN_FILES: Final = (
    ("devices/*[@type='file']/source", "path"),
    ("devices/*[@type='pipe']/source", "path"),
    ("devices/*/source[@mode='bind']", "path"),
    ("devices/*/log", "file"),
    ("devices/graphics/listen", "socket"),
)
"""Elements that name a file which is made at every start: only its folder has to be there."""

OWN_FOLDER: Final = re.compile(r"/libvirt/")
"""Folders that libvirt makes itself: of the sockets whose paths it chooses at every start."""


def requirements(domain: Element) -> Iterator[Requirement]:
    """All that the definition names of its host and cannot start without."""
    yield from _of_emulator(domain)
    for disk in domain.iterfind("devices/disk"):
        yield from _of_disk(disk)
    yield from _files(domain)
    yield from _nvram(domain)
    for found in domain.iterfind("devices/interface"):
        yield from _of_interface(found)
    for found in domain.iterfind("devices/hostdev"):
        yield from _of_hostdev(found)
    for found in domain.iterfind("devices//secret"):
        uuid = found.get("uuid")
        if uuid:
            yield Requirement(Need.SECRET, uuid, f"`<{_owner(found)}>`")


def _owner(secret: Element) -> str:
    parent = secret.getparent()
    return "secret" if parent is None else str(parent.tag)


def _of_emulator(domain: Element) -> Iterator[Requirement]:
    emulator = text_of(domain, "devices/emulator") or ""
    arch = attribute(domain, "os/type", "arch") or ""
    if emulator:
        yield Requirement(Need.EMULATOR, emulator, "`<emulator>`")
    asked = {
        Need.DOMAIN_TYPE: domain.get("type"),
        Need.MACHINE: attribute(domain, "os/type", "machine"),
        Need.CPU_MODEL: _cpu_model(domain),
    }
    for need, name in asked.items():
        if name and arch:
            yield Requirement(need, name, f"the {need}", arch=arch, emulator=emulator)


def _cpu_model(domain: Element) -> str | None:
    custom = attribute(domain, "cpu", "mode") in {None, "custom"}
    return text_of(domain, "cpu/model") if custom else None


def _files(domain: Element) -> Iterator[Requirement]:
    for path, name in _said(domain, NAMED_FILES):
        yield Requirement(Need.FILE, name, f"`<{path}>`")
    for path, name in _said(domain, WRITTEN_FILES):
        if not OWN_FOLDER.search(name):
            yield Requirement(Need.FILE, str(PurePosixPath(name).parent), f"`<{path}>`")


def _said(domain: Element, table: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """The device or element that a person would look for, with the absolute path that it names."""
    for path, name in table:
        for found in domain.iterfind(path):
            said = found.get(name) if name else found.text
            if said and said.startswith("/"):
                yield _told(found), said


def _told(found: Element) -> str:
    parent = found.getparent()
    return str(found.tag if parent is None or parent.tag in {"os", "acpi"} else parent.tag)


def _nvram(domain: Element) -> Iterator[Requirement]:
    nvram = text_of(domain, "os/nvram")
    template = attribute(domain, "os/nvram", "template") or ""
    if nvram:
        yield Requirement(Need.NVRAM, nvram, "UEFI", template=template)


def _of_disk(disk: Element) -> Iterator[Requirement]:
    path, target = source.place(disk), attribute(disk, "target", "dev") or ""
    if path is None or disk.get("type", "file") not in {"file", "block"}:
        return
    removable = disk.get("device", "disk") in REMOVABLE
    policy = attribute(disk, "source", "startupPolicy")
    # a hard disk's policy counts at a boot only (9.0.0, 11.3.0, 12.8.0)
    yield Requirement(
        need=Need.MEDIUM if removable else Need.DISK,
        name=path,
        user=f"disk {target}",
        optional=removable and policy in {"optional", "requisite"},
        optional_at_boot=policy == "optional",
    )


def _of_interface(found: Element) -> Iterator[Requirement]:
    user = f"interface {attribute(found, 'mac', 'address')}"
    kind = found.get("type")
    if kind == "hostdev":
        yield Requirement(Need.DEVICE, _pci(found), user)
    elif kind == "vdpa":
        device = attribute(found, "source", "dev")
        if device:
            yield Requirement(Need.FILE, device, user)
    elif found.find("virtualport") is None:  # a switch may keep its bridges to itself
        yield from _of_network(found, kind or "", user)


def _of_network(found: Element, kind: str, user: str) -> Iterator[Requirement]:
    needs = {
        "network": (Need.NETWORK, "network"),
        "bridge": (Need.HOST_INTERFACE, "bridge"),
        "direct": (Need.HOST_INTERFACE, "dev"),
    }
    if kind in needs:
        need, name = needs[kind]
        said = attribute(found, "source", name)
        if said:
            yield Requirement(need, said, user)


def _of_hostdev(found: Element) -> Iterator[Requirement]:
    """A USB device's policy is like a medium's."""
    user, kind = "`<hostdev>`", found.get("type")
    policy = attribute(found, "source", "startupPolicy")
    optional, at_boot = policy in {"optional", "requisite"}, policy == "optional"
    if kind == "pci":
        yield Requirement(Need.DEVICE, _pci(found), user)
    elif kind == "mdev":
        uuid = attribute(found, "source/address", "uuid") or ""
        yield Requirement(Need.DEVICE, f"mdev_{uuid.replace('-', '_')}", user)
    elif kind == "scsi" and found.find("source/adapter") is not None:
        yield Requirement(Need.DEVICE, _scsi(found), user)
    elif kind == "usb":
        yield Requirement(Need.USB_DEVICE, _usb(found), user, optional, at_boot)


def _pci(found: Element) -> str:
    """The device's name among libvirt's node devices."""
    return "pci_{:04x}_{:02x}_{:02x}_{:x}".format(
        *_numbers(found, "domain", "bus", "slot", "function")
    )


def _scsi(found: Element) -> str:
    """The device's name among libvirt's node devices."""
    host = (attribute(found, "source/adapter", "name") or "").removeprefix("scsi_host")
    return "scsi_{}_{}_{}_{}".format(host, *_numbers(found, "bus", "target", "unit"))


def _usb(found: Element) -> str:
    """`VENDOR:PRODUCT`, or where only that is said, `BUS.DEVICE`."""
    ids = [attribute(found, f"source/{part}", "id") for part in ("vendor", "product")]
    if all(ids):
        return ":".join(f"{_number(each):04x}" for each in ids)
    return "{}.{}".format(*_numbers(found, "bus", "device"))


def _numbers(found: Element, *parts: str) -> list[int]:
    """The attributes of the source's address; 0 where one is not said."""
    address = found.find("source/address")
    return [_number(None if address is None else address.get(part)) for part in parts]


def _number(text: str | None) -> int:
    """Raises HostXmlError for what is no number."""
    try:
        return int(text or "0", 0)
    except ValueError as error:
        raise HostXmlError("an address of a device is no number") from error
