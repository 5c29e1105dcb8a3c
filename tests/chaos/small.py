"""A domain's folder on a small file system of its own, which can be filled.

It is mounted in the mounts of the daemon's cell, and so gone with the cell however a run ends. It
is in there twice: at the folder for the tool, and below the daemon's root for libvirt and QEMU.
"""

import errno
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.harness.transcript import ROOT
from tests.lab.cell import Namespace
from tests.lab.domain import Domain

MIB: Final = 96
SECONDS: Final = 30
FILLER: Final = "filler"
MOUNT: Final = """\
set -e
folder=$1 seen="$2$1"
new=$folder.new
mkdir "$new"
mount -t tmpfs -o "size=$3M" tmpfs "$new"
cp -a "$folder/." "$new"
mount --bind "$new" "$folder"
mount --bind "$new" "$seen"
umount "$new"
rmdir "$new"
"""
UNMOUNT: Final = 'umount -l "$1" && umount -l "$2$1"'


def beside(cell: Namespace, command: Sequence[str]) -> tuple[str, ...]:
    """The command that runs with this machine's programs, but sees the cell's mounts."""
    return ("nsenter", f"--target={cell.init}", "--mount", f"--wd={ROOT}", "--", *command)


@contextmanager
def small(domain: Domain) -> Iterator[Path]:
    """Move a defined domain's images to a file system of their own; the folder, seen from here."""
    cell = domain.daemon.cell
    assert isinstance(cell, Namespace)  # only root may mount
    _shell(cell, MOUNT, domain, str(MIB))
    try:
        yield Path(f"/proc/{cell.init}/root{domain.folder}")
    finally:
        _shell(cell, UNMOUNT, domain)


def fill(folder: Path, left_kib: int) -> None:
    """Take all of the file system but so much."""
    free = os.statvfs(folder)
    size = free.f_bavail * free.f_frsize - left_kib * 1024
    with (folder / FILLER).open("wb") as file:
        while size > 0 and not _taken(file.fileno(), size):
            size -= 4096  # somebody else has taken some of it meanwhile


def _taken(file: int, size: int) -> bool:
    try:
        os.posix_fallocate(file, 0, size)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
    return True


def make_room(folder: Path) -> None:
    """What an administrator does then."""
    (folder / FILLER).unlink(missing_ok=True)


def _shell(cell: Namespace, script: str, domain: Domain, *rest: str) -> None:
    words = ("sh", "-c", script, "sh", str(domain.folder), str(cell.root), *rest)
    subprocess.run(beside(cell, words), check=True, timeout=SECONDS)
