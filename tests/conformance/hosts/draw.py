"""Random hosts: two to four domains, images of equal stems, clones, links, disks of all kinds."""

import random
from typing import Any, Final

from tests.hosts.scenario import DomainSpec, Image, Scenario, Words

DOMAINS: Final = ("a", "b", "c", "d")
STEMS: Final = ("win", "lin")
EXTENSIONS: Final = ("qcow2", "img", "q2", "raw")
"""Images of one stem get overlays of one name; libvirt's own names do not tell them apart."""
CD: Final = "tools.iso"
FLOPPY: Final = "floppy.img"
POLICIES: Final = ("", "", "optional", "requisite", "mandatory")
SHMEM: Final = "<shmem name='x'><model type='ivshmem-plain'/><size unit='M'>1</size></shmem>"


def draw(rng: random.Random, *, has_loops: bool) -> Scenario:
    """A host; without loop devices none of its disks is a block device."""
    drawing = _Drawing(rng, has_loops=has_loops)
    for name in DOMAINS[: rng.choice((2, 2, 2, 3, 3, 4))]:
        drawing.domain(name)
    return Scenario(
        name="drawn",
        about="a drawn host",
        images=tuple(Image(name, words) for name, words in drawing.images.items()),
        domains=tuple(drawing.domains),
        steps=(),
    )


class _Drawing:
    """A host as it grows, domain by domain."""

    def __init__(self, rng: random.Random, *, has_loops: bool) -> None:
        self.images: dict[str, Words] = {}
        self.domains: list[DomainSpec] = []
        self._rng = rng
        self._has_loops = has_loops
        self._bases: list[str] = []
        """Images that lie in files as they are, so that others can lie on them."""

    def domain(self, name: str) -> None:
        disks = {"vda": self._first_disk(name)}
        if self._chance(0.35):
            disks["vdb"] = self._second_disk(disks["vda"]["image"])
        if self._chance(0.3):
            disks["hdc"] = self._cd()
        if self._chance(0.12):
            disks["fda"] = self._floppy()
        devices = SHMEM if self._chance(0.03) else ""
        self.domains.append(DomainSpec(name, "shutoff", disks, devices))

    def _first_disk(self, domain: str) -> Words:
        if self._bases and self._chance(0.55):
            return {"image": self._clone(domain)}
        if self._bases and self._chance(0.08):
            return {"image": self._linked(self._rng.choice(self._bases))}
        return self._root()

    def _second_disk(self, first: str) -> Words:
        """One of its own, or one that other domains have too; never what the first is part of."""
        words = [{}, {}, {}, {"transient": True}, {"read-only": True}]
        own = self._below(first)
        others = [base for base in self._bases if own.isdisjoint(self._below(base))]
        raw = [base for base in others if base.endswith(".raw")]
        if raw and self._chance(0.3):
            return {"image": self._rng.choice(raw), "shareable": True}
        if others and self._chance(0.15):
            return {"image": self._rng.choice(others), "read-only": True}
        if self._chance(0.1):
            return {"image": self._new("raw"), "shareable": True}
        return {"image": self._new(), **self._rng.choice(words)}

    def _below(self, image: str) -> set[str]:
        """The image and all that it leads to or lies on."""
        found = {image}
        words = self.images.get(image, {})
        for name in (words.get("link"), words.get("hard-link"), words.get("backing")):
            if name:
                found |= self._below(name.rpartition("/")[2])
        return found

    def _root(self) -> Words:
        """An image that lies on no other one, in one of the places that libvirt knows."""
        kinds = ["file"] * 14 + ["volume", "nbd", "luks", "data-file"]
        kinds += ["block"] * self._has_loops
        kind = self._rng.choice(kinds)
        match kind:
            case "luks" | "data-file":
                return {"image": self._new("qcow2", {kind: True}, is_base=False)}
            case "file":
                return {"image": self._new()}
            case _:
                return {"image": self._new(is_base=False), "kind": kind}

    def _new(self, extension: str = "", words: Words | None = None, *, is_base: bool = True) -> str:
        rng = self._rng
        usual = rng.choice(("qcow2", "qcow2", "qcow2", *EXTENSIONS))
        names = [f"{rng.choice(STEMS)}.{extension or usual}", *self._spare(extension)]
        name = next(name for name in names if name not in self.images)
        self.images[name] = words or {}
        self._bases += [name] if is_base else []
        return name

    def _spare(self, extension: str) -> list[str]:
        chosen = [extension] if extension else EXTENSIONS
        named = [f"{stem}.{each}" for stem in STEMS for each in chosen]
        return [*named, *(f"disk{n}.{extension or 'qcow2'}" for n in range(len(self.images) + 1))]

    def _clone(self, domain: str) -> str:
        base = self._rng.choice(self._bases)
        if self._chance(0.3):
            middle = f"middle-{domain}.qcow2"
            self.images[middle] = {"backing": self._named(base), "empty": self._chance(0.5)}
            base = middle
        if self._chance(0.25):
            self.images["clones"] = {"folder": True}
            name = f"clones/{domain}.qcow2"
            backing = f"../{base}" if self._chance(0.6) else f"/images/{base}"
        else:
            name, backing = f"clone-{domain}.qcow2", self._named(base)
            self._bases.append(name)
        self.images[name] = {"backing": backing}
        return name

    def _named(self, base: str) -> str:
        """One of the ways in which a header names the image below."""
        match self._rng.choice(("absolute", "absolute", "relative", "folder", "link")):
            case "absolute":
                return f"/images/{base}"
            case "relative":
                return base
            case "folder":
                self.images["same"] = {"link": "."}
                return f"/images/same/{base}"
            case _:
                return f"/images/{self._linked(base)}"

    def _linked(self, base: str) -> str:
        name = f"link-{base}"
        self.images.setdefault(name, {self._rng.choice(("link", "hard-link")): base})
        return name

    def _cd(self) -> Words:
        words: dict[str, Any] = {"device": "cdrom"}
        if self._chance(0.25):
            return words
        self.images.setdefault(CD, {})
        policy = self._rng.choice(POLICIES)
        return {**words, "image": CD, **({"startup-policy": policy} if policy else {})}

    def _floppy(self) -> Words:
        words: dict[str, Any] = {"device": "floppy"}
        if self._chance(0.3):
            return words
        self.images.setdefault(FLOPPY, {})
        return {**words, "image": FLOPPY, **({"read-only": True} if self._chance(0.5) else {})}

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share
