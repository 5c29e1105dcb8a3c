"""A notation for traps: short words for what people do to a domain by libvirt's own calls.

Everything here is naive on purpose: nothing checks, nothing repairs. What each snapshot holds is
remembered when it is taken and read back from the files.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import libvirt
import pytest

from tests.harness.contents import Oracle
from tests.lab import content, metadata
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.traps.tool import Tool

DISK_ONLY = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY
REDEFINE = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE
CURRENT = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT
NO_METADATA = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA
METADATA_ONLY = libvirt.VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY
FORCE = libvirt.VIR_DOMAIN_SNAPSHOT_REVERT_FORCE
SECURE = libvirt.VIR_DOMAIN_SNAPSHOT_XML_SECURE


@dataclass(slots=True)
class Guest:
    """A domain, what its snapshots must hold, and the tool pointed at it."""

    domain: Domain
    folder: Path
    oracle: Oracle = field(init=False)
    _bytes: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.oracle = Oracle(self.domain)

    @property
    def daemon(self) -> Daemon:
        return self.domain.daemon

    @property
    def tool(self) -> Tool:
        """The tool with a manifest for this domain."""
        return Tool(self.domain, self.oracle, self.folder / "manifest.yaml")

    def external(self, *names: str, memory: str = "") -> None:
        """External snapshots of all disks, each after the guest wrote something new."""
        flags = 0 if memory else DISK_ONLY
        for name in names:
            self.take(f"<name>{name}</name>{memory}<disks>{self._disks()}</disks>", flags)

    def internal(self, *names: str) -> None:
        """Internal snapshots, each after the guest wrote something new."""
        for name in names:
            self.take(f"<name>{name}</name>")

    def take(self, xml: str, flags: int = 0) -> None:
        """A snapshot by its XML, after the guest wrote something new."""
        self._write()
        before = self.oracle.active()
        self.create(xml, flags)
        if not flags & NO_METADATA:
            self.oracle.learn(before)

    def create(self, xml: str, flags: int = 0) -> None:
        """libvirt's bare call."""
        with self.domain.handle() as handle:
            handle.snapshotCreateXML(f"<domainsnapshot>{xml}</domainsnapshot>", flags)

    def revert(self, name: str, flags: int = 0) -> None:
        """Then let the second end: libvirt names overlays by it, so that two would collide."""
        with self.domain.handle() as handle:
            handle.revertToSnapshot(handle.snapshotLookupByName(name), flags)
        time.sleep(1 - time.time() % 1)

    def delete(self, name: str, flags: int = 0) -> None:
        with self.domain.handle() as handle:
            handle.snapshotLookupByName(name).delete(flags)

    def point(self, name: str) -> None:
        """Move the current pointer as people do: `virsh snapshot-current`."""
        self.daemon.virsh("snapshot-current", self.domain.name, name)

    def dump(self, name: str, flags: int = SECURE) -> str:
        with self.domain.handle() as handle:
            return str(handle.snapshotLookupByName(name).getXMLDesc(flags))

    def redefine(self, xml: str, flags: int = 0) -> None:
        """Replace metadata by this whole XML."""
        with self.domain.handle() as handle:
            handle.snapshotCreateXML(xml, REDEFINE | flags)

    def reparent(self, name: str, old: str, new: str) -> None:
        parent = "<parent>\n    <name>{}</name>"
        self.redefine(self.dump(name).replace(parent.format(old), parent.format(new)))

    def start(self) -> None:
        self.domain.start()

    def write(self) -> str:
        """Something new on all disks; what the first one holds then."""
        self._write()
        return self.now()

    def now(self) -> str:
        """What the guest's first disk holds."""
        return next(iter(self.oracle.active().values()))

    def held(self, name: str) -> str:
        """What the first disk held when this snapshot was taken."""
        return next(
            digest for (snapshot, _), digest in self.oracle.known.items() if snapshot == name
        )

    def lost(self) -> set[str]:
        """The snapshots that do not hold any more what they held."""
        return {name for name, _ in self.oracle.wrong()}

    def names(self) -> set[str]:
        return metadata.snapshots(self.domain).names

    def current(self) -> str | None:
        return metadata.snapshots(self.domain).current

    def file(self, name: str) -> Path:
        """A file in the domain's folder."""
        return self.domain.folder / name

    def overlay(self, name: str, target: str = "vda") -> Path:
        """The overlay that a snapshot lists."""
        disk = metadata.snapshots(self.domain)[name].disk(target)
        assert disk is not None
        assert disk.place is not None
        return Path(disk.place)

    def tags(self, target: str = "vda") -> list[str]:
        """The internal snapshots that the active image of a disk holds, whoever made them."""
        listed = self.daemon.run("qemu-img", "snapshot", "-lU", str(self.domain.source(target)))
        return [line.split()[1] for line in listed.splitlines()[2:]]

    def starts(self) -> bool:
        """Whether the domain can be started; it is off afterwards."""
        return self.domain.starts()

    def same(self, path: Path, digest: str) -> bool:
        """Whether an image shows this content."""
        return content.digest(self.daemon, path) == digest

    def _write(self) -> None:
        byte = next(self._bytes)
        for target in self._targets():
            content.write(self.domain, target, byte, offset=byte % 8 * content.BLOCK)

    def _targets(self) -> list[str]:
        return metadata.writable(self.domain)

    def _disks(self) -> str:
        each = "<disk name='{}' snapshot='external'/>"
        return "".join(each.format(target) for target in self._targets())


@contextmanager
def refuses(code: int | None = None) -> Iterator[None]:
    """libvirt itself says no, with this error code if one is given."""
    with pytest.raises(libvirt.libvirtError) as caught:
        yield
    if code is not None:
        assert caught.value.get_error_code() == code, str(caught.value)
