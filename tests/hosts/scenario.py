"""A scenario: one YAML file with a host's images and domains, and steps with what each must give.

    about: what it is about, for people
    images:     # files in /images, made in this order; each holds a block that no other one has
      gold.qcow2: {}
      clone.qcow2: {backing: gold.qcow2}         # also luks, data-file, empty: true
      twin.qcow2: {hard-link: gold.qcow2}        # or link: TARGET, or folder: true
    domains:
      gold: {state: running, disks: {vda: gold.qcow2}, devices: <shmem/>}
      clone:
        disks:
          vda: {image: clone.qcow2, kind: block} # file, block, volume, nbd; also shareable ...
          hdc: {device: cdrom}                   # without an image: an empty drive
    steps:
      - run: virsh snapshot-create-as gold base  # lines for a shell in /images
      - write: [gold]                            # the guest writes what no disk held before
      - manifest: {domain: gold, snapshots: []}  # or a list: one file each
        refused: {gold/base: image-shared}       # nothing is done, of any domain named here
      - manifest: ...
        options: [--allow-path, /images/other]   # of plan and apply; apply-options of apply alone
        applied: [gold]                          # and settled: a second plan is empty
        warned: [gold]                           # the plan says something besides
      - run: virsh define clone.xml
        moved: {clone: {vda: own.qcow2}}         # the disk is another image from then on

`/images` stands for the folder, `/dev/NAME` for the loop device over the image NAME. A manifest
gets every approval and no limit unless it says otherwise. Keys of a step below `old` replace others
where libvirt is older than 9.9, which reverts to no external snapshot; `only: old` and `only: new`
choose.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from tests.lab.disk import Disk
from tests.lab.storage import format_of

FOLDER: Final = Path(__file__).parent / "scenarios"
MIB: Final = 2
Libvirt = Literal["old", "new"]
Words = Mapping[str, Any]
"""A mapping of the file as it stands there."""


@dataclass(frozen=True, slots=True)
class Image:
    """A file of the host's folder, or a link or a folder in it."""

    name: str
    words: Words

    @property
    def target(self) -> str | None:
        """What a link of either kind leads to."""
        found: str | None = self.words.get("link") or self.words.get("hard-link")
        return found

    @property
    def backing(self) -> str:
        """The image below as its header names it."""
        return str(self.words.get("backing", ""))


@dataclass(frozen=True, slots=True)
class DomainSpec:
    """A domain of the host."""

    name: str
    state: Literal["shutoff", "running", "paused"]
    disks: Mapping[str, Words]
    """What is said of each disk, by its target."""
    devices: str
    """XML of devices that the lab's domains do not have."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step with what it must give."""

    words: Words

    def on(self, libvirt: Libvirt) -> "Step | None":
        """The step as it is for this libvirt, None where it is not taken."""
        if self.words.get("only", libvirt) != libvirt:
            return None
        return Step({**self.words, **self.words.get(libvirt, {})})

    @property
    def lines(self) -> list[str]:
        """The commands that somebody runs."""
        lines = (line.strip() for line in self.words.get("run", "").splitlines())
        return [line for line in lines if line]

    @property
    def writers(self) -> list[str]:
        """The domains whose guests write."""
        return list(self.words.get("write", ()))

    @property
    def manifests(self) -> list[Words]:
        """The documents that are applied."""
        found = self.words.get("manifest", [])
        return [found] if isinstance(found, dict) else list(found)

    @property
    def refused(self) -> dict[str, set[str]]:
        """The codes of the refusals, by DOMAIN/SNAPSHOT or DOMAIN."""
        found = self.words.get("refused", {})
        return {key: {c} if isinstance(c, str) else set(c) for key, c in found.items()}

    @property
    def applied(self) -> set[str]:
        """The domains that are changed as planned."""
        return set(self.words.get("applied", ()))

    @property
    def warned(self) -> set[str]:
        """The domains whose plans hold a warning."""
        return set(self.words.get("warned", ()))

    @property
    def moved(self) -> Mapping[str, Mapping[str, str]]:
        """The images that disks are from now on, by domain and target."""
        found: Mapping[str, Mapping[str, str]] = self.words.get("moved", {})
        return found

    @property
    def options(self) -> list[str]:
        """Arguments of plan and apply."""
        return list(self.words.get("options", ()))

    @property
    def apply_options(self) -> list[str]:
        """Arguments of apply alone."""
        return list(self.words.get("apply-options", ()))


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file."""

    name: str
    about: str
    images: tuple[Image, ...]
    domains: tuple[DomainSpec, ...]
    steps: tuple[Step, ...] = field(repr=False)

    @property
    def has_block_devices(self) -> bool:
        """Whether a disk lies on a loop device."""
        disks = (disk for domain in self.domains for disk in domain.disks.values())
        return any(disk.get("kind") == "block" for disk in disks)


def scenarios() -> list[Scenario]:
    """All of them, by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*.yaml"))]


def _read(path: Path) -> Scenario:
    words = yaml.safe_load(path.read_text("utf-8"))
    return Scenario(
        name=path.stem,
        about=words["about"],
        images=tuple(Image(name, said or {}) for name, said in words["images"].items()),
        domains=tuple(_domain(name, said) for name, said in words["domains"].items()),
        steps=tuple(Step(said) for said in words["steps"]),
    )


def _domain(name: str, words: Words) -> DomainSpec:
    disks = {
        target: {"image": said} if isinstance(said, str) else said
        for target, said in words["disks"].items()
    }
    return DomainSpec(name, words.get("state", "shutoff"), disks, words.get("devices", ""))


def disk(image: Image | None, target: str, words: Words) -> Disk:
    """The lab's disk for what a scenario says of one and of its image."""
    said = image.words if image else {}
    return Disk(
        target=target,
        format=format_of(image.name) if image else "raw",
        mib=said.get("mib", MIB),
        device=words.get("device", "disk"),
        read_only=words.get("read-only", False),
        empty=image is None,
        kind=words.get("kind", "file"),
        file=image.name if image else "",
        backing=image.backing if image else "",
        backing_format=format_of(image.backing) if image and image.backing else "",
        luks=said.get("luks", False),
        data_file=said.get("data-file", False),
        shareable=words.get("shareable", False),
        transient=words.get("transient", False),
        startup_policy=words.get("startup-policy", ""),
    )
