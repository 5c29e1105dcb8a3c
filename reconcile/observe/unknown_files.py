"""Files beside a host's images that belong to snapshots nobody knows: overlays, memory images.

They are left by metadata that was lost, by cut-off calls and by work by hand. Looked for only in
folders in which images of the host lie, and only where those files can be seen from here.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from reconcile.files.regular_file import NotRegularError, read_regular
from reconcile.model.images import ImageGraph
from reconcile.model.leftover import UnknownFile, UnknownMemory, UnknownOverlay
from reconcile.observe.chains import read_chain
from reconcile.observe.host_files import HostFiles

MOST_FILES = 10_000  # of one folder; whoever keeps more in it is not looking for leftovers
HEADER = 64 * 1024  # bytes; a save image begins with the domain's definition
QCOW2 = b"QFI\xfb"
SAVE_IMAGE = (b"LibvirtQemudSave", b"LibvirtQemudPart")
"""What a memory image begins with, and one that was not finished (libvirt 9.0.0 to 12.8.0)."""

_UUID = re.compile(rb"<uuid>([0-9a-fA-F-]{32,36})</uuid>")


def unknown_files(
    files: HostFiles, images: ImageGraph, paths: Iterable[str]
) -> tuple[UnknownFile, ...]:
    """What lies beside these images and belongs to nobody; `images` holds every use on the host."""
    known = {files.same_file(path)[1] for path in images.canonical}
    folders = sorted({str(PurePosixPath(path).parent) for path in paths})
    return tuple(
        found
        for folder in folders
        for path in _names(files, folder)
        if files.same_file(path)[1] not in known
        and (found := _unknown(path, files, images)) is not None
    )


def _names(files: HostFiles, folder: str) -> Iterator[str]:
    """The files of a folder; none of a device folder, or where they cannot be seen."""
    if not PurePosixPath(folder).is_absolute() or folder.startswith("/dev"):
        return
    if not files.sees(f"{folder}/x"):
        return
    try:
        found = sorted(path.name for path in Path(folder).iterdir())
    except OSError:
        return
    yield from (f"{folder}/{name}" for name in found[:MOST_FILES])


def _unknown(path: str, files: HostFiles, images: ImageGraph) -> UnknownFile | None:
    try:
        head = read_regular(Path(path), HEADER)
    except (OSError, ValueError, NotRegularError):
        return None
    if head.startswith(SAVE_IMAGE):
        found = _UUID.search(head)
        return UnknownMemory(path, found[1].decode().lower() if found else None)
    if not head.startswith(QCOW2):
        return None
    used = (each for each in read_chain(files, path, "qcow2").below if images.users(each))
    base = next(used, None)
    return None if base is None else UnknownOverlay(path, base)
