"""Several domains of one host, and libvirt's bare calls on each: nothing checks, nothing repairs.

A guest writes a byte into a block of its own, so what a disk shows is told by the set of its bytes,
its own and those of the images below.
"""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier, Thread
from typing import Final

import libvirt

from tests.lab import content, storage
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import Domain, Machine, define
from tests.traps.guest import DISK_ONLY, REDEFINE, SECURE

REUSE: Final = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT
BLOCKS: Final = 8
MIB: Final = 1


@dataclass(frozen=True, slots=True)
class Naive:
    """A domain, and what people do to it."""

    domain: Domain

    def external(self, name: str, *disks: str, memory: str = "", flags: int = 0) -> None:
        """An external snapshot: the XML of disks that need some, and a memory file if any."""
        saved = f"<memory snapshot='external' file='{memory}'/>" if memory else ""
        listed = f"<disks>{''.join(disks)}</disks>" if disks else ""
        xml = f"<domainsnapshot><name>{name}</name>{saved}{listed}</domainsnapshot>"
        with self.domain.handle() as handle:
            handle.snapshotCreateXML(xml, flags | (0 if memory else DISK_ONLY))

    def internal(self, name: str) -> None:
        """An internal snapshot, with memory if it runs."""
        with self.domain.handle() as handle:
            handle.snapshotCreateXML(f"<domainsnapshot><name>{name}</name></domainsnapshot>")

    def revert(self, name: str) -> None:
        with self.domain.handle() as handle:
            handle.revertToSnapshot(handle.snapshotLookupByName(name))

    def delete(self, name: str, flags: int = 0) -> None:
        with self.domain.handle() as handle:
            handle.snapshotLookupByName(name).delete(flags)

    def forge(self, name: str, old: str, new: str, count: int = -1) -> None:
        """Redefine a snapshot with a text of its dump replaced."""
        with self.domain.handle() as handle:
            dump = handle.snapshotLookupByName(name).getXMLDesc(SECURE)
            forged = dump.replace(old, new, count)
            assert forged != dump
            handle.snapshotCreateXML(forged, REDEFINE)

    def edit(self, old: str, new: str) -> None:
        """Define it anew with a text of its definition replaced."""
        with self.domain.daemon.connect() as connection:
            xml = connection.lookupByName(self.domain.name).XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
            assert old in xml
            connection.defineXML(xml.replace(old, new))

    def write(self, byte: int, target: str = "vda") -> None:
        """The guest fills the block of this byte."""
        content.write(self.domain, target, byte, byte * content.BLOCK)

    def shows(self, target: str = "vda") -> set[int]:
        """The bytes that a disk shows."""
        data = content.read(
            self.domain.daemon, self.domain.place(target), 0, BLOCKS * content.BLOCK
        )
        return set(data) - {0}

    @property
    def image(self) -> Path:
        """The image that the first disk lies on now."""
        return Path(self.domain.place("vda"))

    def starts(self) -> bool:
        """Whether the domain can be started; it is off afterwards."""
        return self.domain.starts()


@dataclass(slots=True)
class Neighbours:
    """Domains of one daemon whose images lie in one folder."""

    daemon: Daemon
    folder: Path
    domains: list[Naive] = field(default_factory=list)

    def domain(self, name: str, *disks: Disk, machine: Machine = "pc") -> Naive:
        """A domain that is off, with a small qcow2 of its name if no disks are given."""
        given = disks or (Disk(file=f"{name}.qcow2", mib=MIB),)
        made = define(self.daemon, name, given, machine=machine, folder=self.folder)
        self.domains.append(Naive(made))
        return self.domains[-1]

    def clone(self, name: str, base: str) -> Naive:
        """A domain whose disk lies on an image of the folder."""
        return self.domain(
            name, Disk(file=f"{name}.qcow2", mib=MIB, backing=f"{self.folder}/{base}")
        )

    def files(self) -> set[str]:
        """The names of the files in the folder."""
        return {path.name for path in self.folder.iterdir()}

    def close(self) -> None:
        """Remove the domains and the folder."""
        self.daemon.start()
        for naive in self.domains:
            naive.domain.remove()
        storage.release(self.daemon, self.folder)
        shutil.rmtree(self.folder)


def at_once(*calls: Callable[[], None]) -> None:
    """Make calls at one moment, each on a connection of its own; libvirt may refuse any of them."""
    gate = Barrier(len(calls))

    def make(call: Callable[[], None]) -> None:
        gate.wait()
        with suppress(libvirt.libvirtError):
            call()

    threads = [Thread(target=make, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def next_second() -> None:
    """Wait until a second has begun: libvirt names overlays after a revert by it."""
    time.sleep(1 - time.time() % 1)
