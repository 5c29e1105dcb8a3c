"""The one port to a host's files: every answer is yes, no, or that it cannot be seen from here.

Files are looked at on this machine, so only where the host's files are proved to be this machine's
files. What an image says of itself is asked of QEMU's own tool, each image once per port.
"""

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from reconcile.files.regular_file import NotRegularError, open_regular
from reconcile.libvirt.connection import Connection
from reconcile.libvirt.save_image import read_save_image
from reconcile.model.fact import Fact
from reconcile.model.images import SavedMemory
from reconcile.observe.locality import Elsewhere, Locality, locality, sees
from reconcile.qemu_img import image as qemu_img

BLOCK = 512  # bytes: the unit of st_blocks (stat(2)), whatever the file system's is


class HostFiles:
    """The files of one host, where they can be seen from this process.

    Made anew for every look: what was seen is kept, and the daemon may be another one later.
    """

    def __init__(self, host: Connection) -> None:
        self._host = host
        self._folders: dict[str, bool] = {}
        self._headers: dict[str, dict[str, Any] | None] = {}

    @cached_property
    def _locality(self) -> Locality:
        return locality(self._host)

    @property
    def anywhere(self) -> bool:
        """Whether any file of the host can be seen from here. Raises HostError."""
        return not isinstance(self._locality, Elsewhere)

    def sees(self, path: str) -> bool:
        """Whether a path means the same file for the host as here. Raises HostError."""
        folder = str(PurePosixPath(path).parent) if not path.startswith("/dev/") else path
        if folder not in self._folders:
            self._folders[folder] = sees(self._locality, path)
        return self._folders[folder]

    def exists(self, path: str) -> Fact:
        """Whether a file is there. A dangling link counts: a write would go through it."""
        if not self.sees(path):
            return Fact.UNKNOWN
        try:
            Path(path).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return Fact.NO
        except (OSError, ValueError):
            return Fact.UNKNOWN
        return Fact.YES

    def same_file(self, path: str) -> tuple[str, tuple[int, int] | None]:
        """The path without links, and what the file is (device, inode), where that can be seen."""
        if not self.sees(path):
            return os.path.normpath(path), None
        try:
            real = os.path.realpath(path)
            found = Path(real).stat()
        except (OSError, ValueError):
            return _resolved(path), None
        return real, (found.st_dev, found.st_ino)

    def identity(self, path: str) -> str | None:
        """What a file is, as `DEVICE:INODE`; None where that cannot be seen. A link is itself."""
        if not self.sees(path):
            return None
        try:
            found = Path(path).lstat()
        except (OSError, ValueError):
            return None
        return f"{found.st_dev}:{found.st_ino}"

    def written_at(self, path: str) -> int | None:
        """When a file was last changed, in nanoseconds; None where that cannot be seen.

        Only of regular files: the time of a block device says nothing of its content.
        """
        if not self.sees(path):
            return None
        try:
            return Path(path).stat().st_mtime_ns if Path(path).is_file() else None
        except (OSError, ValueError):
            return None

    def allocated(self, path: str) -> int | None:
        """How many bytes of its file system a file takes; None where that cannot be seen."""
        if not self.sees(path):
            return None
        try:
            return Path(path).stat().st_blocks * BLOCK
        except (OSError, ValueError):
            return None

    def numbered(self, stem: str) -> tuple[str, ...]:
        """The files named a stem and a number, as libvirt names the overlays of a revert."""
        if not self.sees(stem):
            return ()
        folder, name = os.path.split(stem)
        try:
            names = sorted(os.listdir(folder))  # noqa: PTH208 - names alone
        except OSError:
            return ()
        parts = ((each, each.rpartition(".")) for each in names)
        return tuple(
            f"{folder}/{each}" for each, (head, _, end) in parts if head == name and end.isdigit()
        )

    def tags(self, image: str) -> tuple[str, ...] | None:
        """The internal snapshots in an image; None where it cannot be read."""
        header = self.header(image, None)
        if header is None:
            return None
        return tuple(str(each["name"]) for each in header.get("snapshots", []))

    def bitmaps(self, image: str) -> tuple[str, ...] | None:
        """The dirty bitmaps in an image; None where it cannot be read."""
        header = self.header(image, None)
        if header is None:
            return None
        found = header.get("format-specific", {}).get("data", {}).get("bitmaps", [])
        return tuple(str(each["name"]) for each in found)

    def memory(self, path: str) -> SavedMemory | None:
        """What a file of saved memory says of itself; None where it cannot be read."""
        if not self.sees(path):
            return None
        try:
            with open_regular(Path(os.path.realpath(path))) as file:
                return read_save_image(file)
        except NotRegularError as error:
            return SavedMemory(damage=f"is {error.kind}")
        except (OSError, ValueError):
            return None

    def held(self, image: str) -> Fact:
        """Whether some process has an image open for writing."""
        return qemu_img.held(image) if self.sees(image) else Fact.UNKNOWN

    def differ(self, one: str, other: str) -> Fact:
        """Whether a guest would read different data in two images; reads all of both."""
        seen = self.sees(one) and self.sees(other)
        return qemu_img.differ(one, other) if seen else Fact.UNKNOWN

    def header(self, image: str, form: str | None) -> dict[str, Any] | None:
        """What `qemu-img info` says of an image of this format; None where it cannot be read."""
        if not self.sees(image):
            return None
        if image not in self._headers:
            said = qemu_img.info(image, *(("-f", form) if form else ()))
            self._headers[image] = said[0] if said else None
        return self._headers[image]


def _resolved(path: str) -> str:
    """A path that does not exist, by the real name of its folder."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return os.path.normpath(path)


def canonical_names(files: HostFiles, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each path with the one name that all names of the same file share."""
    first: dict[tuple[int, int], str] = {}
    for path in sorted(set(paths)):
        real, identity = files.same_file(path)
        yield path, real if identity is None else first.setdefault(identity, real)
