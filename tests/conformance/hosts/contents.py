"""What every disk, every snapshot and every memory file of a host holds, read from the files.

Images are read with the image tools of the host's own release. One whose whole chain is as it was
when it was read is not read again.
"""

import hashlib
import os
import shlex
import stat
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.conformance.hosts.facts import DiskFacts, DomainFacts, SnapshotFacts
from tests.hosts.host import Host
from tests.lab import storage
from tests.lab.content import BLOCK
from tests.lab.errors import LabError

Contents = Mapping[str, str]
"""What is held, in words that are equal for equal bytes."""
UNREADABLE: Final = "unreadable"
HEADER: Final = struct.Struct(">4sIQI")
"""Of a qcow2 image: magic, version, and where the name of the image below is."""
Stamp = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something to read: an image, or an internal snapshot in it."""

    place: str
    tag: str | None = None


@dataclass(slots=True)
class Reader:
    """Reads the images of one host."""

    host: Host
    has_secrets: bool
    """Whether an image is encrypted, so that each is opened by what is found below it."""
    _known: dict[Wanted, tuple[Stamp, str]] = field(default_factory=dict)

    def read(self, domains: Mapping[str, DomainFacts]) -> dict[str, str]:
        """All of it, by `DOMAIN TARGET`, `DOMAIN@SNAPSHOT TARGET` and `DOMAIN@SNAPSHOT memory`."""
        wanted: dict[str, Wanted] = {}
        memory: dict[str, str] = {}
        for domain in domains.values():
            wanted |= {now(domain.name, t): Wanted(p) for t, p in _places(domain.disks).items()}
            for snapshot in domain.snapshots.values():
                wanted |= _of_snapshot(domain.name, snapshot)
                if snapshot.memory_file is not None:
                    held = _digest(Path(snapshot.memory_file))
                    memory[then(domain.name, snapshot.name, "memory")] = held
        return {**self.images(wanted), **memory}

    def images(self, wanted: Mapping[str, Wanted]) -> dict[str, str]:
        """These images, by the same keys."""
        stamps = {each: _stamp(each.place) for each in wanted.values()}
        stale = [each for each, stamp in stamps.items() if self._fresh(each, stamp) is None]
        new = dict(zip(stale, self._converted(stale), strict=True))
        for each, held in new.items():
            self._known[each] = (stamps[each], held)
        return {key: self._known[each][1] for key, each in wanted.items()}

    def _fresh(self, wanted: Wanted, stamp: Stamp) -> str | None:
        known = self._known.get(wanted)
        return known[1] if known and stamp and known[0] == stamp else None

    def _converted(self, wanted: list[Wanted]) -> list[str]:
        """Raw copies of all of them by one call, since entering a cell costs more than a copy."""
        if not wanted:
            return []
        cell = self.host.daemon.cell
        with tempfile.TemporaryDirectory(prefix="raw-", dir=cell.outside) as name:
            folder = Path(name)
            inside = cell.inside / folder.relative_to(cell.outside)
            lines = [self._line(each, f"{inside}/{n}") for n, each in enumerate(wanted)]
            self.host.daemon.run("sh", "-c", "\n".join(lines))
            return [_words(folder / str(n)) for n in range(len(wanted))]

    def _line(self, wanted: Wanted, out: str) -> str:
        chosen = () if wanted.tag is None else ("-l", f"snapshot.name={wanted.tag}")
        options: tuple[str, ...] = ()
        place = wanted.place
        if self.has_secrets:
            try:
                options, place = storage.opened(self.host.daemon, place)
            except LabError:
                place = wanted.place  # the conversion will say why it cannot be read
        command = ("qemu-img", "convert", "-U", *options, *chosen, "-O", "raw", place, out)
        return f"{shlex.join(command)} 2>{out}.err || rm -f {out}"


def now(domain: str, target: str) -> str:
    """The key of what a disk of a domain holds."""
    return f"{domain} {target}"


def then(domain: str, snapshot: str, part: str) -> str:
    """The key of what a snapshot holds of a disk, or of the memory."""
    return f"{domain}@{snapshot} {part}"


def is_readable(held: str) -> bool:
    return not held.startswith(UNREADABLE)


def left_out(domain: str, snapshot: SnapshotFacts) -> dict[str, Wanted]:
    """The disks of a snapshot's definition that it does not hold, by the key of the disk now."""
    places = _places(snapshot.base).items()
    return {now(domain, t): Wanted(p) for t, p in places if t not in snapshot.held}


def _of_snapshot(domain: str, snapshot: SnapshotFacts) -> dict[str, Wanted]:
    places, held = _places(snapshot.base), snapshot.held
    tags = {target: snapshot.name if held[target] == "internal" else None for target in held}
    return {
        then(domain, snapshot.name, target): Wanted(places[target], tag)
        for target, tag in tags.items()
        if target in places
    }


def _places(disks: Mapping[str, DiskFacts]) -> dict[str, str]:
    return {disk.target: disk.place for disk in disks.values() if disk.place is not None}


def _words(raw: Path) -> str:
    """The blocks that hold anything, each with its byte, and the length."""
    if not raw.exists():
        said = raw.with_name(f"{raw.name}.err").read_text(errors="replace")
        return f"{UNREADABLE}: {said.strip()}"
    data = raw.read_bytes()
    blocks = (data[at : at + BLOCK] for at in range(0, len(data), BLOCK))
    held = [f"{n}={_block(b)}" for n, b in enumerate(blocks) if any(b)]
    return " ".join([*held, f"of {len(data)}"])


def _block(data: bytes) -> str:
    found = set(data)
    return f"{found.pop():02x}" if len(found) == 1 else hashlib.sha256(data).hexdigest()[:12]


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"{UNREADABLE}: {error.strerror}"


def _stamp(place: str) -> Stamp:
    """When each file of a chain was changed; empty where not all of it is regular files."""
    found = []
    waiting: list[str] = [place]
    while waiting:
        path = waiting.pop()
        try:
            info = os.stat(path)  # noqa: PTH116 - a place may be no path at all
        except OSError:
            return ()
        if not stat.S_ISREG(info.st_mode):
            return ()
        found.append((path, info.st_ino, info.st_mtime_ns, info.st_size))
        data = Path(f"{path}.data")
        waiting += [str(data)] if data.exists() else []
        waiting += _below(Path(path))
    return tuple(found)


def _below(path: Path) -> list[str]:
    """The image below as the header of a qcow2 image names it."""
    with path.open("rb") as file:
        head = file.read(HEADER.size)
        if len(head) < HEADER.size or not head.startswith(b"QFI\xfb"):
            return []
        _, _, offset, size = HEADER.unpack(head)
        file.seek(offset)
        name = file.read(size).decode() if offset else ""
    return [str(path.parent / name)] if name else []
