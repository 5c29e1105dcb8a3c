"""A domain's definition beside its disks' images: what it needs on the host, and how big it is."""

from dataclasses import dataclass
from enum import StrEnum


class Need(StrEnum):
    """The kinds of things that a definition needs on the host before the domain can start."""

    MEDIUM = "medium"
    DISK = "disk"
    FILE = "file"
    EMULATOR = "emulator"
    NVRAM = "nvram"
    NETWORK = "network"
    DEVICE = "device"
    USB_DEVICE = "usb device"
    HOST_INTERFACE = "host interface"
    SECRET = "secret"  # noqa: S105 - a kind of thing
    MACHINE = "machine type"
    CPU_MODEL = "CPU model"
    DOMAIN_TYPE = "domain type"


FILES = frozenset({Need.MEDIUM, Need.DISK, Need.FILE, Need.EMULATOR, Need.NVRAM})


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a definition names: a file by its path, anything else by its name.

    `user` says in words what needs it. `optional`: libvirt starts without it when it restores
    saved memory (`startupPolicy` optional or requisite); `optional_at_boot`: at a boot, too.
    `template` is the file that libvirt makes a missing one from. `arch` and `emulator` are those
    that have to know a machine type, CPU model or domain type.
    """

    need: Need
    name: str
    user: str
    optional: bool = False
    optional_at_boot: bool = False
    template: str = ""
    arch: str = ""
    emulator: str = ""

    @property
    def is_file(self) -> bool:
        return self.need in FILES

    @property
    def files(self) -> tuple[str, ...]:
        """The files that matter; empty for what is no file."""
        return tuple(filter(None, (self.name, self.template))) if self.is_file else ()


@dataclass(frozen=True, slots=True)
class Definition:
    """The parts of a definition that a revert replaces and a reviewer should see.

    `memory` is in KiB. `disks` and `interfaces` are named by their targets and MAC addresses;
    `shareable`, `transient`, `encrypted` and `readonly` are those disks that are so. `host_access`
    is what the definition names of the host beside images of disks: paths of programs, files and
    devices, and arguments of QEMU; those that libvirt makes anew for each start are left out.
    """

    memory: int = 0
    vcpus: int = 0
    machine: str = ""
    disks: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    shareable: tuple[str, ...] = ()
    transient: tuple[str, ...] = ()
    encrypted: tuple[str, ...] = ()
    readonly: tuple[str, ...] = ()
    requires: tuple[Requirement, ...] = ()
    host_access: tuple[str, ...] = ()
