"""The calls of an action on one domain of libvirt, made exactly as `libvirt.calls` says them."""

import re
import time
from collections.abc import Callable, Iterable
from typing import assert_never

from reconcile.errors import DumpFileError, HostError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.libvirt.calls import (
    Call,
    DumpEdit,
    EditedDump,
    Function,
    MarkedDump,
    RequestXml,
    RestoredDump,
)
from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.xml import snapshot_edit, snapshot_read
from reconcile.libvirt.xml.moved_dump import of_domain
from reconcile.model.action import Redefine
from reconcile.observe.dumps import dump_text

Turn = Callable[[Callable[[], None]], None]
"""How one call is made: at once, or again for as long as another job holds the domain."""

REVERT_TRIES = 5
REVERT_PAUSE_SECONDS = 1.0  # libvirt names a revert's overlays by the second


def at_once(call: Callable[[], None]) -> None:
    """Make a call that fails where another job holds the domain."""
    call()


def perform(calls: Iterable[Call], domain: DomainHandle, turn: Turn = at_once) -> None:
    """Make calls on a domain in order, each when `turn` lets it.

    Raises HostError where libvirt refuses one, DumpFileError where a dump file is not as planned.
    """
    for call in calls:
        _perform(call, domain, turn)


def _perform(call: Call, domain: DomainHandle, turn: Turn) -> None:
    name, flags = call.snapshot, call.flags
    match call.body:
        case RequestXml(text):
            turn(lambda: domain.create(text, flags))
        case EditedDump() | MarkedDump() | RestoredDump() as edit:
            turn(lambda: domain.redefine(_edited(edit, name, domain), flags))
        case None if call.function is Function.DELETE:
            turn(lambda: domain.delete(name, flags))
        case None:
            _revert(lambda: turn(lambda: domain.revert(name, flags)))


def _edited(edit: DumpEdit, name: str, domain: DomainHandle) -> str:
    """The XML to send, made from a dump of this very moment."""
    match edit:
        case EditedDump(redefine):
            return snapshot_edit.edited(_dump(redefine, domain), redefine)
        case MarkedDump(mark):
            return snapshot_edit.marked(domain.secure_xml(name), mark)
        case RestoredDump(saved):
            return snapshot_edit.restored(domain.secure_xml(name), saved)
    assert_never(edit)


def _dump(redefine: Redefine, domain: DomainHandle) -> str:
    """The full dump to edit: from a file, of the snapshot that is copied, or of its own."""
    if redefine.file is None:
        return domain.secure_xml(redefine.copy_of or redefine.snapshot)
    text = dump_text(redefine.file)
    if snapshot_read.read_dump(text) != redefine.dump:
        raise DumpFileError(redefine.file, "it is not what it was when the plan was made")
    return of_domain(text, domain.id.uuid, domain.id.name)


def _revert(revert: Callable[[], None]) -> None:
    """Revert; where libvirt's name for a new overlay is taken, once more in a second to come.

    libvirt names the overlays of a revert by its host's clock, which nobody can ask for. A
    revert that finds the name taken fails and leaves definition, metadata and files as they
    were; a guest that ran is off then, as it is in the course of every revert (11.3.0, 12.8.0).
    """
    for _ in range(REVERT_TRIES - 1):
        try:
            return revert()
        except HostError as error:
            if not _name_is_taken(error):
                raise
        time.sleep(REVERT_PAUSE_SECONDS)
    return revert()


def _name_is_taken(error: HostError) -> bool:
    """By its number and by the file that it ends with: libvirtd may speak another language."""
    named = re.search(r"\.[0-9]+$", error.message.rstrip())
    return error.code == LibvirtCode.CONFIG_UNSUPPORTED and named is not None
