"""One domain, the command with a manifest for it, and what its disk and its snapshots must hold.

Nothing of the tool's inside is used: only its command line, libvirt and QEMU's own image tools.
"""

import json
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import libvirt

from tests.harness.command import Ran, reconcile
from tests.lab import content
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.errors import LabError

APPROVED: Final = (
    "discards-guest-state",
    "replaces-snapshot",
    "drops-metadata",
    "deletes-unowned",
    "forces-revert",
    "moves-pointer-only",
)
DISK_ONLY: Final = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY
UNREADABLE: Final = "unreadable"
Keys = dict[str, Any]
"""The keys of a manifest, but those that are the same in all of them."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan for one domain in the words of the tests."""

    code: int
    text: str = field(repr=False)
    actions: tuple[str, ...] = ()
    refused: frozenset[tuple[str, str]] = frozenset()
    remedies: tuple[str, ...] = ()
    warnings: str = ""
    changes: str = ""
    """What the actions say that they change, as JSON."""

    @property
    def codes(self) -> set[str]:
        """The codes of the refusals."""
        return {code for _, code in self.refused}


@dataclass(slots=True)
class Subject:
    """A domain whose first disk holds something new before every snapshot."""

    domain: Domain
    folder: Path
    held: dict[str, str] = field(default_factory=dict)
    """What the disk held when each snapshot was taken."""
    uri: str = ""
    """How the command reaches the host, where that is not the daemon's own URI."""
    _bytes: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def daemon(self) -> Daemon:
        return self.domain.daemon

    def file(self, name: str) -> Path:
        """A file in the domain's folder."""
        return self.domain.folder / name

    def write(self) -> None:
        """Something new on the first disk."""
        byte = next(self._bytes)
        content.write(self.domain, "vda", byte, offset=byte % 8 * content.BLOCK)

    def now(self) -> str:
        """What the guest's first disk holds."""
        return self._digest(self.domain.source("vda"))

    def external(self, *names: str, without: str = "") -> None:
        """External snapshots of all disks, but for one that is left out."""
        left_out = f"<disk name='{without}' snapshot='no'/>" if without else ""
        disks = f"<disks><disk name='vda' snapshot='external'/>{left_out}</disks>"
        for name in names:
            self._take(name, disks, DISK_ONLY)

    def with_memory(self, name: str) -> None:
        """An external snapshot of a running guest with its memory in a file."""
        memory = f"<memory snapshot='external' file='{self.file(name)}.mem'/>"
        self._take(name, f"{memory}<disks><disk name='vda' snapshot='external'/></disks>")

    def internal(self, *names: str) -> None:
        """Internal snapshots."""
        for name in names:
            self._take(name, "")

    def virsh(self, *arguments: str) -> str:
        """What an administrator types; the domain's name comes second."""
        command, *rest = arguments
        return self.daemon.virsh(command, self.domain.name, *rest)

    def image(self, *arguments: str) -> None:
        """QEMU's image tool, as an administrator uses it."""
        self.daemon.run("qemu-img", *arguments)

    def put_on(self, path: Path) -> None:
        """Define the first disk on another image, as `virsh edit` does."""

        def change(root: ET.Element) -> None:
            disk = _disk(root)
            source, below = disk.find("source"), disk.find("backingStore")
            assert source is not None
            source.set("file", str(path))
            if below is not None:
                disk.remove(below)

        self.edit(change)

    def define(self, root: ET.Element) -> None:
        """Replace the definition."""
        with self.daemon.connect() as connection:
            connection.defineXML(ET.tostring(root, encoding="unicode"))

    def add_device(self, xml: str) -> None:
        """Add a device to the definition of the domain, which is off."""

        def change(root: ET.Element) -> None:
            devices = root.find("devices")
            assert devices is not None
            devices.append(_root(xml))

        self.edit(change)

    def edit(self, change: Callable[[ET.Element], None]) -> None:
        """Define the domain, which is off, with its definition changed."""
        with self.domain.handle() as handle:
            root = _root(handle.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))
        change(root)
        self.define(root)

    def names(self) -> dict[str, str | None]:
        """The snapshots that libvirt knows, with their parents."""
        with self.domain.handle() as handle:
            return {each.getName(): _parent(each) for each in handle.listAllSnapshots()}

    def current(self) -> str | None:
        """The current snapshot."""
        with self.domain.handle() as handle:
            found = handle.snapshotCurrent() if handle.hasCurrentSnapshot() else None
            return None if found is None else found.getName()

    def starts(self) -> bool:
        """Whether the domain runs, or can be started; it is as before afterwards."""
        if self.domain.state != "shutoff":
            return True
        try:
            self.domain.start()
        except libvirt.libvirtError:
            return False
        self.domain.destroy()
        return True

    def look(self) -> tuple[object, ...]:
        """All that a command that is refused must leave as it is."""
        files = sorted(each.name for each in self.domain.folder.iterdir())
        place = self.domain.disk("vda").find("source")
        where = None if place is None else place.get("file")
        return (self.names(), self.current(), self.domain.state, where, files, self.daemon.pid)

    def plan(self, keys: Keys) -> Planned:
        """What the plan for a manifest with these keys is."""
        return self._planned(self.run("plan", "--format", "json", keys=keys))

    def apply(self, keys: Keys) -> Ran:
        """Apply such a manifest."""
        return self.run("apply", "--yes", keys=keys)

    def run(self, *words: str, keys: Keys) -> Ran:
        """Run the command with a manifest of these keys."""
        manifest = self.folder / "manifest.yaml"
        document = {
            "apiVersion": "reconcile/v1",
            "domain": self.domain.name,
            "prune": "all",
            "adopt": False,
            "allow": APPROVED,
            "limits": {"deletes": 100},
            **keys,
        }
        manifest.write_text(json.dumps(document))
        return reconcile(*words, str(manifest), uri=self.uri or self.daemon.uri)

    def refused(self, keys: Keys) -> Planned:
        """The plan, which is refused; apply does nothing and says the same."""
        planned, before = self.plan(keys), self.look()
        assert planned.code == 3, planned
        applied = self.apply(keys)
        assert applied.code == 3, applied.out + applied.err
        assert self.look() == before
        assert all(planned.remedies), planned
        return planned

    def applied(self, keys: Keys) -> Planned:
        """The plan, which is allowed and done; afterwards nothing is left to do but by `always`."""
        planned = self.plan(keys)
        assert planned.code == 0, planned.text
        applied = self.apply(keys)
        assert applied.code == 0, applied.out + applied.err
        after = self.plan(keys)
        assert after.code == 0, after.text
        assert all(each.startswith("revert") for each in after.actions), after
        return planned

    def copy(self, name: str, to: str) -> Path:
        """A copy of a file beside it."""
        return Path(shutil.copy(self.file(name), self.file(to)))

    def _take(self, name: str, xml: str, flags: int = 0) -> None:
        self.write()
        self.held[name] = self.now()
        text = f"<domainsnapshot><name>{name}</name>{xml}</domainsnapshot>"
        with self.domain.handle() as handle:
            handle.snapshotCreateXML(text, flags)

    def _digest(self, path: Path) -> str:
        try:
            return content.digest(self.daemon, path)
        except LabError:
            return UNREADABLE

    def _planned(self, ran: Ran) -> Planned:
        if ran.code not in {0, 3}:
            return Planned(ran.code, ran.out + ran.err)
        plan = json.loads(ran.out)["domains"][0]
        refusals: Sequence[dict[str, str]] = plan["refusals"]
        return Planned(
            code=ran.code,
            text=ran.out,
            actions=tuple(f"{each['action']} {each['snapshot']}" for each in plan["actions"]),
            refused=frozenset((each["snapshot"], each["code"]) for each in refusals),
            remedies=tuple(each["remedy"] for each in refusals),
            warnings="\n".join(plan["warnings"]),
            changes=json.dumps([each["changes"] for each in plan["actions"]]),
        )


def _root(xml: str) -> ET.Element:
    return ET.fromstring(xml)  # noqa: S314 - libvirt or the test wrote it


def _disk(root: ET.Element) -> ET.Element:
    """The first disk of a definition."""
    found = root.find("devices/disk")
    assert found is not None
    return found


def _parent(snapshot: libvirt.virDomainSnapshot) -> str | None:
    try:
        return str(snapshot.getParent().getName())
    except libvirt.libvirtError:
        return None
