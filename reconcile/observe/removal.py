"""The proof that a file which a cut-off call left is nobody's, so that it may be removed."""

import stat
from pathlib import Path

from reconcile.libvirt.connection import Connection
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.observe.host_files import HostFiles
from reconcile.observe.image_graph import observe_images
from reconcile.plan.preconditions import FactRequest
from reconcile.plan.written_files import in_domain_directory


def removal_objection(host: Connection, domain: Domain, path: str) -> str | None:
    """The reason why a file is not removed; None where it may be. Raises HostError.

    Neither a journal nor metadata is believed: the file must lie beside the domain's own disks, be
    a regular file that the daemon sees as this very file, and nothing of any domain of the host
    may lie on it, as far as all their images can be read.
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
    return _used(host, domain, path, files)


def _is_regular(path: str) -> bool:
    try:
        return stat.S_ISREG(Path(path).lstat().st_mode)
    except OSError:
        return False


def _used(host: Connection, domain: Domain, path: str, files: HostFiles) -> str | None:
    request = FactRequest(paths=(path,), sharing=True, chains=True)
    images = observe_images(host, request, [domain], files)
    user = next(iter(images.users(path)), None)
    if user is not None:
        return f"{user.user} lies on it"
    hidden = next(images.unread_besides(domain.uuid), None) or next(iter(images.unseen), None)
    return None if hidden is None else f"nobody could see what {hidden[1].user} lies on"
