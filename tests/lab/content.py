"""Content as the oracle: known bytes, written where a guest would, read back without libvirt.

Whatever libvirt says about a snapshot, what counts is the data. Writing goes through the running
QEMU, or straight to the image of a domain that is off; reading always goes to the files, with the
image tools of the domain's own release, since a newer QEMU may write what an older one cannot read.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.lab import monitor, storage
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.errors import LabError

BLOCK: Final = 64 * 1024
"""Bytes that one pattern fills: a cluster of a qcow2 image."""


def write(domain: Domain, target: str, byte: int, offset: int = 0, length: int = BLOCK) -> None:
    """Fill `length` bytes at `offset` of a disk with one byte, as the guest would see it.

    On disk when it returns, also from a running domain. Raises `LabError` if it cannot be written.
    """
    command = f"write -P {byte:#04x} {offset} {length}"
    if domain.state == "shutoff":
        _write_offline(domain, target, command)
    else:
        write_live(domain, target, byte, offset, length)
    if read(domain.daemon, domain.place(target), offset, length) != bytes([byte]) * length:
        raise LabError(f"{command!r} on {target} of domain {domain.name} left other bytes")


def fill(daemon: Daemon, path: Path, byte: int, offset: int) -> None:
    """Fill a block of an image that no domain has, as its guest would. Raises `LabError`."""
    command = f"write -P {byte:#04x} {offset} {BLOCK}"
    _write_image(daemon, str(path), storage.format_of(path.name), command)


def read(
    daemon: Daemon,
    path: Path | str,
    offset: int = 0,
    length: int = BLOCK,
    snapshot: str | None = None,
) -> bytes:
    """The bytes a guest would see in an image and its backing files, or in an internal snapshot.

    `path` may be any place of an image, as image tools name it.
    """
    with _raw(daemon, path, snapshot) as raw, raw.open("rb") as file:
        file.seek(offset)
        return file.read(length)


def write_live(
    domain: Domain, target: str, byte: int, offset: int = 0, length: int = BLOCK
) -> None:
    """The same through QEMU, wherever it has the disk, whatever libvirt believes. Not read back."""
    device = monitor.device(domain, target)
    # What QEMU's own tool prints goes to QEMU's log; only a bad command is answered here.
    for step in (f"write -P {byte:#04x} {offset} {length}", "flush"):
        answer = monitor.say(domain, f'qemu-io -d {device} "{step}"')
        if answer.strip():
            raise LabError(f"QEMU of domain {domain.name} refused {step!r}: {answer.strip()}")


def read_pattern(
    daemon: Daemon, path: Path | str, offset: int = 0, snapshot: str | None = None
) -> int:
    """The byte that fills the block at `offset`. Raises `LabError` when bytes differ in there."""
    found = set(read(daemon, path, offset, BLOCK, snapshot))
    if len(found) != 1:
        raise LabError(f"{path} at {offset} holds {len(found)} different bytes, not a pattern")
    return found.pop()


def read_patterns(daemon: Daemon, path: Path | str, number: int) -> list[int]:
    """The bytes that fill the first blocks. Raises `LabError` as `read_pattern` does."""
    held = read(daemon, path, 0, number * BLOCK)
    blocks = [set(held[at : at + BLOCK]) for at in range(0, number * BLOCK, BLOCK)]
    if any(len(block) != 1 for block in blocks):
        raise LabError(f"{path} holds other than patterns in its first {number} blocks")
    return [block.pop() for block in blocks]


def digest(daemon: Daemon, path: Path | str, snapshot: str | None = None) -> str:
    """SHA-256 of all a guest would see in an image and its backing files, or in a snapshot."""
    with _raw(daemon, path, snapshot) as raw, raw.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_offline(domain: Domain, target: str, command: str) -> None:
    driver = domain.disk(target).find("driver")
    image_format = "raw" if driver is None else driver.attrib["type"]
    _write_image(domain.daemon, domain.place(target), image_format, command)


def _write_image(daemon: Daemon, place: str, image_format: str, command: str) -> None:
    options, name = storage.opened(daemon, place)
    chosen = () if name.startswith("json:") else ("-f", image_format)
    daemon.run("qemu-io", *options, *chosen, "-c", command, name)


@contextmanager
def _raw(daemon: Daemon, path: Path | str, snapshot: str | None) -> Iterator[Path]:
    """A raw copy of an image; the image may be in use."""
    chosen = () if snapshot is None else ("-l", f"snapshot.name={snapshot.replace(',', ',,')}")
    cell = daemon.cell
    # Beside the daemon's own files: those are in sight of both sides wherever its disks lie.
    with tempfile.TemporaryDirectory(prefix="raw-", dir=cell.outside) as folder:
        raw = Path(folder) / "raw"
        inside = cell.inside / raw.relative_to(cell.outside)
        _convert(daemon, str(path), (*chosen, "-O", "raw"), str(inside))
        yield raw


def _convert(daemon: Daemon, place: str, options: Sequence[str], target: str) -> None:
    command = ("qemu-img", "convert", "-U", *options)
    try:
        daemon.run(*command, place, target)
    except LabError as error:
        # Seldom so, and asking each image first would take as long as reading it.
        if "key-secret" not in str(error):
            raise
        key, name = storage.opened(daemon, place)
        daemon.run(*command, *key, name, target)
