"""What an image lies on: its backing chain, and the files in which images of it keep their data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from reconcile.model.domain import Disk
from reconcile.model.fact import Fact
from reconcile.model.frozen import FrozenMapping
from reconcile.qemu_img.filename import ImageFile, image_file
from reconcile.qemu_img.header import references

Header = Mapping[str, Any]


class ImageReader(Protocol):
    """The part of a host's files that a chain is read from; `HostFiles` is one."""

    def header(self, image: str, form: str | None) -> Header | None:
        """What the image says of itself; None where it cannot be read."""

    def exists(self, path: str) -> Fact:
        """Whether a file is there."""

    def sees(self, path: str) -> bool:
        """Whether a path means the same file for the host as here."""


@dataclass(frozen=True, slots=True)
class Chain:
    """All images that one image needs to be read: those below it, and files that hold their data.

    `below`: its backing chain from the top. `data_files`: the images that keep their data in
    another file, the image itself too, with that file; `encrypted` are those that need a key.
    `unread`: the first image of which nobody could see all that it names; None where all is known.
    """

    below: tuple[str, ...] = ()
    data_files: Mapping[str, str] = field(default_factory=FrozenMapping)
    unread: str | None = None
    encrypted: frozenset[str] = frozenset()


def read_chain(files: ImageReader, image: str, form: str | None) -> Chain:
    """What an image lies on as the images themselves say. Raises HostError.

    `form` is the image's format as libvirt knows it. A raw image lies on nothing, whatever its
    first bytes say: the guest writes them. Nothing is missing below an image that is gone.
    """
    walk = _Walk(files, ImageFile(image, form))
    for header in walk:
        walk.note(header)
    return walk.chain


def told_chain(files: ImageReader, disk: Disk) -> Chain:
    """What the image of an active disk lies on as libvirt tells. Raises HostError.

    libvirt tells of files only, and releases before 11 of no data files: the headers say whether
    an image has one, and whether the last one has another image below.
    """
    images = _told(disk)
    found = Chain(below=disk.backing)
    for at in images:
        said = references(at.path) if at.format != "raw" and files.sees(at.path) else None
        is_last = at is images[-1]
        if said is not None and said.encrypted:
            found = replace(found, encrypted=found.encrypted | {at.path})
        if said is not None and (said.data_file or (is_last and said.backing)):
            found = _joined(found, read_chain(files, at.path, at.format), whole=is_last)
    return found


def _told(disk: Disk) -> list[ImageFile]:
    formats = (disk.format, *disk.backing_formats, *(None for _ in disk.backing))
    paths = (disk.path or "", *disk.backing)
    return [ImageFile(path, form) for path, form in zip(paths, formats, strict=False)]


def _joined(told: Chain, read: Chain, *, whole: bool) -> Chain:
    """What libvirt tells with what an image of it says; all below that where it is the last one."""
    data_files = FrozenMapping({**told.data_files, **read.data_files})
    more = read.below if whole else ()
    encrypted = told.encrypted | read.encrypted
    return Chain((*told.below, *more), data_files, told.unread or read.unread, encrypted)


class _Walk:
    """From an image downwards, one header after the other."""

    def __init__(self, files: ImageReader, image: ImageFile) -> None:
        self._files = files
        self._at: ImageFile | None = image
        self._seen = [image.path]
        self.chain = Chain()

    def __iter__(self) -> Iterator[Header]:
        while self._at is not None and self._at.format != "raw":
            header = self._files.header(self._at.path, self._at.format)
            if header is not None:
                yield header
            elif self._files.exists(self._at.path) is not Fact.NO:
                self._miss(self._at.path)
                return
            else:
                return

    def note(self, header: Header) -> None:
        """Take up what an image says, and go on to the one below."""
        image, self._at = self._seen[-1], None
        if header.get("encrypted"):
            self.chain = replace(self.chain, encrypted=self.chain.encrypted | {image})
        self._keep_data(header, image)
        name = header.get("full-backing-filename", header.get("backing-filename"))
        if name is None:
            return
        lower = image_file(str(name), header.get("backing-filename-format"), image)
        if lower is None:
            self._miss(image)
        elif lower.path not in self._seen:  # else a chain that leads to itself
            self._seen.append(lower.path)
            self._at = lower
            self.chain = replace(self.chain, below=tuple(self._seen[1:]))

    def _keep_data(self, header: Header, image: str) -> None:
        name = header.get("format-specific", {}).get("data", {}).get("data-file")
        if name is None:
            return
        found = image_file(str(name), "raw", image)
        if found is None:
            self._miss(image)
            return
        data_files = FrozenMapping({**self.chain.data_files, image: found.path})
        self.chain = replace(self.chain, data_files=data_files)

    def _miss(self, image: str) -> None:
        self.chain = replace(self.chain, unread=self.chain.unread or image)
