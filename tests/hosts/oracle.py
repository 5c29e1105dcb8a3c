"""The oracle of a host: what every disk and every snapshot of every domain must hold.

A model of the bytes, kept beside libvirt and not read from it: blocks that a scenario's images and
its guests' writes filled, each with a byte of its own. Held against the images after every step.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from tests.hosts.host import Host
from tests.hosts.scenario import MIB, Image, Scenario
from tests.lab import content, storage
from tests.lab.errors import LabError

BLOCKS: Final = MIB * 1024 * 1024 // content.BLOCK
Blocks = Mapping[int, int]
"""The byte that fills each block; blocks of zeroes are left out."""
Contents = dict[str, Blocks | str]
"""What is held, by `DOMAIN TARGET` or `DOMAIN@SNAPSHOT TARGET`; words where it cannot be read."""
Action = Mapping[str, Any]
"""One of a plan's actions, as its JSON has it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot as libvirt has it."""

    domain: str
    name: str
    xml: ET.Element

    @property
    def kinds(self) -> dict[str, str]:
        """The disks that it holds, with internal or external; a revert adds those it left out."""
        disks = self.xml.findall("disks/disk")
        kinds = {disk.attrib["name"]: disk.attrib["snapshot"] for disk in disks}
        return {target: kind for target, kind in kinds.items() if kind in {"internal", "external"}}

    def base(self, target: str) -> ET.Element:
        """The disk as it was when it was taken: where its data lies."""
        disk = self.xml.find(f"domain/devices/disk/target[@dev='{target}']/..")
        assert disk is not None
        return disk


@dataclass(slots=True)
class Oracle:
    """What must be held; told of each step that changes it."""

    host: Host
    active: dict[tuple[str, str], Blocks] = field(default_factory=dict)
    """By domain and target."""
    taken: dict[tuple[str, str], dict[str, Blocks]] = field(default_factory=dict)
    """By domain and snapshot, then by target."""
    _images: dict[str, Blocks] = field(default_factory=dict)
    _fresh: "count[int]" = field(default_factory=lambda: count(1))

    def fill(self, scenario: Scenario) -> None:
        """Write a block of its own to every image, as its guests see it."""
        for image in scenario.images:
            self._images[image.name] = self._filled(image)
        for domain in scenario.domains:
            images = {target: words.get("image") for target, words in domain.disks.items()}
            self.moved(domain.name, {target: name for target, name in images.items() if name})

    def moved(self, name: str, images: Mapping[str, str]) -> None:
        """Disks of a domain are these images now."""
        for target, image in images.items():
            self.active[name, target] = self._images[image]

    def write(self, name: str) -> None:
        """The guest fills a block that was empty everywhere, on each of its writable disks."""
        byte = next(self._fresh)
        for target in self._writable(name):
            content.write(self.host.domains[name], target, byte, byte * content.BLOCK)
            self.active[name, target] = {**self.active[name, target], byte: byte}

    def learn(self) -> None:
        """Snapshots that are new hold what the disks hold now; those that are gone, nothing."""
        captured = self._captured()
        new = {
            (name, snapshot): {target: self.active[name, target] for target in targets}
            for (name, snapshot), targets in captured.items()
        }
        self.taken = {key: self.taken.get(key, disks) for key, disks in new.items()}

    def reverted(self, name: str, snapshot: str) -> None:
        """The guest's disks hold what the snapshot holds, and so does every new one above it."""
        for target, blocks in self.taken[name, snapshot].items():
            self.active[name, target] = blocks

    def follow(self, name: str, actions: Sequence[Action]) -> None:
        """Tell what a plan's actions did to a domain, in their order."""
        captured = self._captured()
        for action in actions:
            key = (name, action["snapshot"])
            if action["action"] == "revert":
                self.reverted(*key)
            elif action["action"] == "delete":
                self.taken.pop(key, None)
            elif action["action"] == "create" and key in captured:
                self.taken[key] = {target: self.active[name, target] for target in captured[key]}

    def expected(self) -> Contents:
        """What all domains and snapshots must hold."""
        now = {f"{name} {target}": blocks for (name, target), blocks in self.active.items()}
        then = {
            f"{name}@{snapshot} {target}": blocks
            for (name, snapshot), disks in self.taken.items()
            for target, blocks in disks.items()
        }
        return {**now, **then}

    def found(self) -> Contents:
        """What they hold, read from the images."""
        now = {f"{name} {target}": self._now(name, target) for name, target in self.active}
        then = {
            f"{taken.domain}@{taken.name} {target}": self._then(taken, target)
            for taken in self._snapshots()
            for target in self.taken.get((taken.domain, taken.name), ())
        }
        return {**now, **then}

    def _filled(self, image: Image) -> Blocks:
        if "folder" in image.words:
            return {}
        if image.target is not None:
            return self._images.get(image.target, {})
        below = self._images.get(image.backing.rpartition("/")[2], {})
        if image.words.get("empty"):
            return below
        byte = next(self._fresh)
        content.fill(self.host.daemon, self.host.folder / image.name, byte, byte * content.BLOCK)
        return {**below, byte: byte}

    def _writable(self, name: str) -> Iterator[str]:
        for domain, target in self.active:
            if domain == name:
                element = self.host.domains[name].disk(target)
                if element.find("readonly") is None:
                    yield target

    def _snapshots(self) -> list[Taken]:
        found = []
        for name, domain in self.host.domains.items():
            with domain.handle() as handle:
                listed = ((each.getName(), each.getXMLDesc()) for each in handle.listAllSnapshots())
                found += [Taken(name, str(snapshot), _xml(xml)) for snapshot, xml in listed]
        return found

    def _captured(self) -> dict[tuple[str, str], list[str]]:
        """The disks that each snapshot holds now, by domain and snapshot."""
        return {
            (taken.domain, taken.name): [t for t in taken.kinds if (taken.domain, t) in self.active]
            for taken in self._snapshots()
        }

    def _now(self, name: str, target: str) -> Blocks | str:
        return self._read(self._place(self.host.domains[name].disk(target)))

    def _then(self, taken: Taken, target: str) -> Blocks | str:
        tag = taken.name if taken.kinds[target] == "internal" else None
        return self._read(self._place(taken.base(target)), tag)

    def _place(self, disk: ET.Element) -> str:
        """Where an image lies; a volume's is known here also while its pool is off."""
        source = disk.find("source[@volume]")
        if source is not None:
            return str(self.host.folder / source.attrib["volume"])
        with self.host.daemon.connect() as connection:
            return storage.place(connection, disk)

    def _read(self, place: str, tag: str | None = None) -> Blocks | str:
        length = BLOCKS * content.BLOCK
        try:
            data = content.read(self.host.daemon, place, 0, length, tag)
        except LabError as error:
            return f"unreadable: {error}"
        blocks = (data[at : at + content.BLOCK] for at in range(0, length, content.BLOCK))
        held = {number: _byte(block) for number, block in enumerate(blocks)}
        return {number: byte for number, byte in held.items() if byte}


def _byte(block: bytes) -> int:
    """The byte that fills a block, or -1 where it holds different ones; 0 behind the end."""
    first = block[:1] or b"\0"
    return first[0] if block.count(first) == len(block) else -1


def _xml(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - libvirt wrote it
