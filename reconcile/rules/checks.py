"""Checks as a chain: the first one that objects is the answer."""

from collections.abc import Iterable

from reconcile.model.domain import Domain
from reconcile.model.plan import Refusal
from reconcile.rules.refusals import Code, refuse


def first(objections: Iterable[Refusal | None]) -> Refusal | None:
    return next((refusal for refusal in objections if refusal is not None), None)


def managed_save(domain: Domain, snapshot: str) -> Refusal | None:
    """Trap 8: the save image resumes on the old disk paths, or stale memory on new data."""
    return refuse(Code.MANAGED_SAVE, snapshot) if domain.managed_save else None


def block_job(domain: Domain, snapshot: str) -> Refusal | None:
    if not domain.block_jobs:
        return None
    return refuse(Code.BLOCK_JOB, snapshot, target=domain.block_jobs[0])


def delete_in_progress(domain: Domain, snapshot: str) -> Refusal | None:
    """Nothing is built on a tree whose files a cut-off delete left half merged."""
    flagged = next((each.name for each in domain.tree if each.delete_in_progress), None)
    return refuse(Code.DELETE_IN_PROGRESS, snapshot, flagged=flagged) if flagged else None


def disks_moved(domain: Domain, snapshot: str) -> Refusal | None:
    """Trap 18: the active disks must be the overlays that the current snapshot started.

    After a revert to a snapshot with children these are listed in its `revert_disks`.
    """
    current = domain.tree.get(domain.tree.current)
    for recorded in (current.revert_disks or current.disks) if current else ():
        disk = domain.disk(recorded.target)
        if disk and recorded.file and disk.path and disk.path != recorded.file:
            return refuse(
                Code.DISKS_MOVED,
                snapshot,
                target=disk.target,
                path=disk.path,
                current=domain.tree.current,
                recorded=recorded.file,
            )
    return None
