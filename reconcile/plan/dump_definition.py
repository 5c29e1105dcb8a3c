"""The check that the definition in a full dump names only what the domain has on the host anyway.

A dump may come with a pull request, and libvirt runs the emulator that it names as soon as it is
given it (9.0.0, 11.3.0, 12.8.0); its disks are those that the domain would write to after a
revert.
"""

from reconcile.model.domain import Domain
from reconcile.model.snapshot import Snapshot
from reconcile.plan.written_files import in_domain_directory
from reconcile.rules import files


def foreign(domain: Domain, dump: Snapshot, allowed: tuple[str, ...]) -> str | None:
    """The first thing in a dump that neither the domain nor its snapshots name, in words.

    `allowed`: folders whose files a manifest's owner lets it name (`allow-paths`).
    """
    access = set(domain.definition.host_access)
    access.update(*(each.definition.host_access for each in domain.tree))
    for name in dump.definition.host_access:
        if name not in access:
            return f"its definition names {name}, which the domain's own does not"
    images = domain.images.union(*map(_images, domain.tree))
    for target, path in dump.base:
        if path not in images and not in_domain_directory(path, domain, allowed):
            return f"its disk {target} is {path}, which lies elsewhere than the domain's images"
    return None


def _images(snapshot: Snapshot) -> set[str]:
    """Every image that the metadata of a snapshot names."""
    named = {path for _, path in snapshot.base}
    return named | set(files.overlays(snapshot)) | {d.file for d in snapshot.revert_disks if d.file}
