"""`<domain>` read for what it needs on the host to start, and for what a revert replaces."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from reconcile.libvirt.xml import source
from reconcile.libvirt.xml.element import Element, attribute, number_of, text_of
from reconcile.libvirt.xml.host_access import host_access
from reconcile.model.definition import Definition, Need, Requirement

REMOVABLE: Final = frozenset({"cdrom", "floppy"})
UNMIGRATABLE: Final = (
    ("devices/hostdev[@type='pci']", "a PCI device of the host"),
    ("devices/interface[@type='hostdev']", "a network card of the host"),
    ("devices/shmem/model[@type='ivshmem-plain']", "shared memory"),
)


def definition(domain: Element) -> Definition:
    """The summary of a domain's definition; what the XML leaves out is 0 or empty."""
    return Definition(
        memory=_memory(domain),
        vcpus=number_of(domain, "vcpu"),
        machine=attribute(domain, "os/type", "machine") or "",
        disks=_targets(domain, lambda _: True),
        interfaces=tuple(
            attribute(found, "mac", "address") or ""
            for found in domain.iterfind("devices/interface")
        ),
        shareable=_targets(domain, lambda disk: disk.find("shareable") is not None),
        transient=_targets(domain, lambda disk: disk.find("transient") is not None),
        encrypted=_targets(domain, source.encrypted),
        requires=tuple(_requirements(domain)),
        host_access=host_access(domain),
    )


def _targets(domain: Element, chosen: Callable[[Element], bool]) -> tuple[str, ...]:
    disks = (disk for disk in domain.iterfind("devices/disk") if chosen(disk))
    return tuple(attribute(disk, "target", "dev") or "" for disk in disks)


def unmigratable(domain: Element) -> tuple[str, ...]:
    """Devices of the definition whose state QEMU cannot save, in words."""
    return tuple(words for path, words in UNMIGRATABLE if domain.find(path) is not None)


def _memory(domain: Element) -> int:
    """In KiB, the unit that libvirt dumps it in whatever unit it was given in."""
    return number_of(domain, "memory")


def _requirements(domain: Element) -> Iterator[Requirement]:
    for disk in domain.iterfind("devices/disk"):
        yield from _of_disk(disk)
    for path in ("os/kernel", "os/initrd", "os/dtb", "os/loader"):
        name = text_of(domain, path)
        if name:
            yield Requirement(Need.FILE, name, f"`<{path.rpartition('/')[2]}>`")
    nvram = text_of(domain, "os/nvram")
    if nvram:
        yield Requirement(Need.NVRAM, nvram, "UEFI", optional=True, optional_at_boot=True)
    yield from _log_folders(domain)
    for found in domain.iterfind("devices/interface[@type='network']"):
        network = attribute(found, "source", "network")
        if network:
            user = f"interface {attribute(found, 'mac', 'address')}"
            yield Requirement(Need.NETWORK, network, user)
    for found in domain.iterfind("devices/hostdev[@type='pci']"):
        yield Requirement(Need.DEVICE, _pci(found), "`<hostdev>`")


def _log_folders(domain: Element) -> Iterator[Requirement]:
    """Where a device writes to a file: QEMU makes that, but not its folder."""
    for found in domain.iterfind("devices/*[@type='file']"):
        log = attribute(found, "source", "path")
        if log:
            yield Requirement(Need.FILE, str(Path(log).parent), f"`<{found.tag}>`")


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


def _pci(found: Element) -> str:
    """The device's name among libvirt's node devices."""
    address = found.find("source/address")
    parts = ("domain", "bus", "slot", "function")
    said = [None if address is None else address.get(part) for part in parts]
    numbers = [int(number or "0", 0) for number in said]
    return "pci_{:04x}_{:02x}_{:02x}_{:x}".format(*numbers)
