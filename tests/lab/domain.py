"""A small domain to take snapshots of: no guest system, little memory, a few tiny disks.

Above the daemon and below the tests. Every call opens a connection of its own, since the daemon may
have been killed in between; a running domain's firmware finds nothing to boot and idles.
"""

import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import libvirt

from tests.lab import storage
from tests.lab.daemon import Daemon
from tests.lab.disk import VDA, Disk
from tests.lab.errors import LabError

Machine = Literal["pc", "q35"]
State = Literal["running", "paused", "shutoff"]

MEMORY_MIB: Final = 32
STATES: Final[dict[int, State]] = {
    libvirt.VIR_DOMAIN_RUNNING: "running",
    libvirt.VIR_DOMAIN_PAUSED: "paused",
    libvirt.VIR_DOMAIN_SHUTOFF: "shutoff",
}
UNDEFINE_ALL: Final = (
    libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE
    | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
    | libvirt.VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA
    | libvirt.VIR_DOMAIN_UNDEFINE_NVRAM
)


@dataclass(frozen=True, slots=True)
class Domain:
    """A defined domain of a daemon, by name."""

    daemon: Daemon
    name: str
    shared: Path | None = None
    """A folder of images that outlives the domain, since others lie there too."""

    @property
    def folder(self) -> Path:
        """Where its first images are, and where overlays beside them go."""
        return self.shared or self.daemon.data / self.name

    @property
    def state(self) -> State:
        """What libvirt says of it now."""
        with self.handle() as domain:
            # An int already; the bindings' annotation says str.
            return STATES[int(domain.state()[0])]

    @property
    def qemu_pid(self) -> int | None:
        """The pid of its QEMU on this machine, whatever libvirt believes; None where none runs."""
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):  # a process that has ended meanwhile
                if f"guest={self.name}," in path.read_text(errors="replace"):
                    return int(path.parent.name)
        return None

    @contextmanager
    def handle(self) -> Iterator[libvirt.virDomain]:
        """Open a connection and give libvirt's object for it, valid while the connection is."""
        with self.daemon.connect() as connection:
            yield connection.lookupByName(self.name)

    def start(self, *, paused: bool = False) -> None:
        """Boot it, or make it ready to. Raises `libvirtError`, as all of these do."""
        flags = libvirt.VIR_DOMAIN_START_PAUSED if paused else 0
        with self.handle() as domain:
            domain.createWithFlags(flags)

    def starts(self) -> bool:
        """Whether the domain can be started; it is off afterwards."""
        try:
            self.start()
        except libvirt.libvirtError:
            return False
        self.destroy()
        return True

    def pause(self) -> None:
        """Stop its CPUs; QEMU stays."""
        with self.handle() as domain:
            domain.suspend()

    def resume(self) -> None:
        """Let its CPUs go on."""
        with self.handle() as domain:
            domain.resume()

    def destroy(self) -> None:
        """Pull the plug."""
        with self.handle() as domain:
            domain.destroy()

    def disk(self, target: str) -> ET.Element:
        """The disk's element as it is now, live if the domain runs. Raises `LabError`."""
        with self.handle() as domain:
            xml = domain.XMLDesc()
        found = ET.fromstring(xml).findall("devices/disk")  # noqa: S314 - libvirt wrote it
        for disk in found:
            if disk.find(f"target[@dev='{target}']") is not None:
                return disk
        raise LabError(f"domain {self.name} has no disk {target}")

    def place(self, target: str) -> str:
        """Where the image lies that the guest writes to now, as image tools name it.

        A path, or a URL of an export. Raises `LabError` when there is no medium.
        """
        with self.daemon.connect() as connection:
            return storage.place(connection, self.disk(target))

    def source(self, target: str) -> Path:
        """The file the guest writes to now. Raises `LabError` when there is none."""
        source = self.disk(target).find("source")
        # 12.8 shows an empty drive of a running domain with a source that names no file.
        file = None if source is None else source.get("file")
        if file is None:
            raise LabError(f"disk {target} of domain {self.name} has no medium")
        return Path(file)

    def remove(self) -> None:
        """Stop and undefine it with all that libvirt knows of it, and remove its own files."""
        with self.handle() as domain:
            if domain.isActive():
                domain.destroy()
            domain.undefineFlags(UNDEFINE_ALL)
        if self.shared is None:
            storage.release(self.daemon, self.folder)
            shutil.rmtree(self.folder)


def define(
    daemon: Daemon,
    name: str,
    disks: Sequence[Disk] = (VDA,),
    *,
    machine: Machine = "pc",
    memory_mib: int = MEMORY_MIB,
    folder: Path | None = None,
) -> Domain:
    """Create the images of a domain, as far as they are missing, and define it, shut off.

    They lie in a folder of its own, or in a given one that is left alone when it is removed.
    """
    domain = Domain(daemon, name, folder)
    domain.folder.mkdir(exist_ok=True)
    devices = "".join(disk.xml(storage.provide(daemon, domain.folder, disk)) for disk in disks)
    with daemon.connect() as connection:
        connection.defineXML(_domain_xml(name, devices, machine, memory_mib))
    return domain


def _domain_xml(name: str, devices: str, machine: Machine, memory_mib: int) -> str:
    return f"""
<domain type='qemu'>
  <name>{name}</name>
  <memory unit='MiB'>{memory_mib}</memory>
  <os><type arch='x86_64' machine='{machine}'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    {devices}
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
  </devices>
</domain>"""
