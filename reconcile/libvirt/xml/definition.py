"""`<domain>` read for what it needs on the host to start, and for what a revert replaces."""

from collections.abc import Callable
from typing import Final

from reconcile.libvirt.xml import source
from reconcile.libvirt.xml.element import Element, attribute, number_of
from reconcile.libvirt.xml.host_access import host_access
from reconcile.libvirt.xml.requirements import requirements
from reconcile.model.definition import Definition

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
        readonly=_targets(domain, lambda disk: disk.find("readonly") is not None),
        requires=tuple(requirements(domain)),
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
