"""The proof that a file which a cut-off call left is nobody's, so that it may be removed."""

import stat
from pathlib import Path

from reconcile.files.regular_file import NotRegularError, read_regular
from reconcile.libvirt.connection import Connection
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.leftover import DiskMerge
from reconcile.observe.chains import read_chain
from reconcile.observe.host_files import HostFiles
from reconcile.observe.image_graph import observe_images
from reconcile.plan.preconditions import FactRequest
from reconcile.plan.written_files import in_domain_directory
from reconcile.qemu_img import image as qemu_img
from reconcile.recovery.call_context import CallContext
from reconcile.rules.files import matches

_MEMORY = (b"LibvirtQemudSave", b"LibvirtQemudPart")
"""What a memory file begins with, and one that was not finished (libvirt 9.0.0 to 12.8.0)."""


def removal_objection(
    host: Connection, domain: Domain, path: str, context: CallContext
) -> str | None:
    """The reason why a file is not removed; None where it may be. Raises HostError.

    Neither a journal nor metadata is believed: the file must lie beside the domain's own disks, be
    a regular file that the daemon sees as this very file, and nothing of any domain of the host
    may lie on it, as far as all their images can be read. It must be what the call's files are: by
    device and inode the one that was there before the call, or one such as the call makes.
    """
    files = HostFiles(host)
    if not files.sees(path):
        return "the host's files cannot be seen from here"
    if not in_domain_directory(path, domain, ()):
        return "it does not lie beside the domain's own disks"
    if files.exists(path) is Fact.NO:
        return None  # somebody else has removed it
    if not _is_regular(path):
        return "it is no regular file"
    return _used(host, domain, path, files) or _strange(path, context, files)


def overlay_objection(
    host: Connection, domain: Domain, merge: DiskMerge, context: CallContext
) -> str | None:
    """The reason why a repair does not replace or remove an overlay; None where it may.

    The domain's own definition and metadata may name the overlay still. Raises HostError.
    """
    files, path = HostFiles(host), merge.overlay
    if files.exists(path) is Fact.NO:
        return None
    if not _is_regular(path):
        return "it is no regular file"
    objection = _used(host, domain, path, files, own=True) or _elsewhere(path, context, files)
    if objection is not None:
        return objection
    known = context.identity(path)
    is_same = known is None or files.identity(path) == known
    if is_same or qemu_img.holds_nothing(path):  # an earlier repair made it anew
        return None
    return "it is not the file that was there before the call, and it holds data"


def _strange(path: str, context: CallContext, files: HostFiles) -> str | None:
    """The reason why a file is not the call's own: it was put there since."""
    known = context.identity(path)
    if known is not None and files.identity(path) != known:
        return "it is not the file that was there before the call"
    if known is None and not context.makes(path):
        return "nobody saw it before the call"
    return _elsewhere(path, context, files)


def _elsewhere(path: str, context: CallContext, files: HostFiles) -> str | None:
    """The reason why a file does not hold what the call put there: an overlay, or memory."""
    if _size(path) == 0:  # nothing was written to it yet
        return None
    bases = context.bases(path)
    if bases is None:
        return None if _is_memory(path) else "it is no memory file"
    below = next(iter(read_chain(files, path, "qcow2").below), None)
    expected = {files.same_file(base) for base in bases}
    if any(matches(base, below) for base in bases):
        return None
    is_expected = below is not None and files.same_file(below) in expected
    return None if is_expected else f"it does not lie on {bases[0]}"


def _is_memory(path: str) -> bool:
    try:
        return read_regular(Path(path), len(_MEMORY[0])).startswith(_MEMORY)
    except (OSError, NotRegularError):
        return False


def _size(path: str) -> int | None:
    try:
        return Path(path).stat().st_size
    except OSError:
        return None


def _is_regular(path: str) -> bool:
    try:
        return stat.S_ISREG(Path(path).lstat().st_mode)
    except OSError:
        return False


def _used(
    host: Connection, domain: Domain, path: str, files: HostFiles, *, own: bool = False
) -> str | None:
    """The reason why somebody needs a file; `own`: what the domain itself needs is no reason."""
    request = FactRequest(paths=(path,), sharing=True, chains=True)
    images = observe_images(host, request, [domain], files)
    user = next(images.others(path, domain.uuid) if own else iter(images.users(path)), None)
    if user is not None:
        return f"{user.user} lies on it"
    hidden = next(images.unread_besides(domain.uuid), None) or next(iter(images.unseen), None)
    return None if hidden is None else f"nobody could see what {hidden[1].user} lies on"
