"""One action as the libvirt calls it takes, on one domain."""

import time
from pathlib import Path
from typing import assert_never

from reconcile.errors import DumpFileError
from reconcile.libvirt.calls import (
    REDEFINE,
    create_flags,
    delete_flags,
    redefine_flags,
    revert_flags,
)
from reconcile.libvirt.connection import DomainHandle
from reconcile.libvirt.xml import snapshot as snapshot_xml
from reconcile.libvirt.xml.domain import disks
from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.desired import Metadata


def perform(action: Action, domain: DomainHandle) -> None:
    """Do it. Raises HostError where libvirt refuses."""
    match action:
        case Create():
            _create(action, domain)
        case Redefine():
            _redefine(action, domain)
        case Delete():
            domain.delete(action.snapshot, delete_flags(action))
        case Revert():
            _revert(action, domain)
        case _:
            assert_never(action)


def undo(inverse: Action, saved: str | None, domain: DomainHandle) -> None:
    """Do the inverse of a finished step; `saved` is the metadata it changed, as it was."""
    if saved is None or not isinstance(inverse, Redefine):
        perform(inverse, domain)
    else:
        edited = snapshot_xml.restored(domain.secure_xml(inverse.snapshot), saved)
        domain.redefine(edited, redefine_flags(inverse))


def _create(action: Create, domain: DomainHandle) -> None:
    """Take the snapshot, then mark it: libvirt ignores a domain definition in the request."""
    domain.create(snapshot_xml.request(action), create_flags(action))
    if action.capture.metadata is Metadata.KEEP:
        mark(action, domain)


def mark(action: Create, domain: DomainHandle) -> None:
    """Mark what the action has taken as ours, wherever libvirt has put it."""
    edited = snapshot_xml.marked(domain.secure_xml(action.snapshot), action.mark)
    domain.redefine(edited, REDEFINE)


def _redefine(action: Redefine, domain: DomainHandle) -> None:
    """The safe recipe: dump with secrets, edit what we own, send back."""
    edited = snapshot_xml.edited(_source(action, domain), action)
    domain.redefine(edited, redefine_flags(action))


def _source(action: Redefine, domain: DomainHandle) -> str:
    """The full dump to edit: of the entry itself, of the one it copies, or from a file."""
    if action.file is None:
        return domain.secure_xml(action.copy_of or action.snapshot)
    try:
        text = Path(action.file).read_text()
    except (OSError, ValueError) as error:
        raise DumpFileError(action.file, f"it cannot be read: {error}") from error
    if snapshot_xml.read_dump(text) != action.dump:
        raise DumpFileError(action.file, "it is not what it was when the plan was made")
    return text


def _revert(action: Revert, domain: DomainHandle) -> None:
    """Revert in a second of its own: libvirt names the new overlays by it (reference I.3)."""
    while str(int(time.time())) in _endings(domain):
        time.sleep(1 - time.time() % 1)
    domain.revert(action.snapshot, revert_flags(action))


def _endings(domain: DomainHandle) -> frozenset[str]:
    """What the names of the files in use end in: earlier reverts' seconds are among them."""
    files = [disk.path for disk in disks(domain.xml()) if disk.path]
    for snapshot in map(snapshot_xml.read, domain.snapshot_xml()):
        files += snapshot.files()
    return frozenset(file.rpartition(".")[2] for file in files)
