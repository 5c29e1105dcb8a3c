"""Checks as a chain: the first one that objects is the answer."""

from collections.abc import Collection, Iterable

from reconcile.model.domain import Domain, DomainState
from reconcile.model.file_effects import FileEffects
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import MemoryKind
from reconcile.rules import files, health
from reconcile.rules.refusals import Code, refuse


def first(objections: Iterable[Refusal | None]) -> Refusal | None:
    """The first objection, None if there is none."""
    return next((refusal for refusal in objections if refusal is not None), None)


def managed_save(domain: Domain, snapshot: str) -> Refusal | None:
    """Trap 8: the save image resumes on the old disk paths, or stale memory on new data."""
    return refuse(Code.MANAGED_SAVE, snapshot) if domain.managed_save else None


def block_job(domain: Domain, snapshot: str) -> Refusal | None:
    """Libvirt refuses while one runs; whose it is, is not known."""
    if not domain.block_jobs:
        return None
    return refuse(Code.BLOCK_JOB, snapshot, target=domain.block_jobs[0])


def delete_in_progress(domain: Domain, snapshot: str) -> Refusal | None:
    """Nothing is built on a tree whose files a cut-off delete left half merged."""
    flagged = next((each.name for each in domain.tree if each.delete_in_progress), None)
    return refuse(Code.DELETE_IN_PROGRESS, snapshot, flagged=flagged) if flagged else None


def placed(domain: Domain, snapshot: str) -> Refusal | None:
    """Traps 1, 4 and 18: the tree must tell the truth about which files lie on which."""
    strange = files.misplaced(domain)
    if strange is not None:
        current = domain.tree.get(domain.tree.current)
        if current is not None and current.data.lost:  # merged into an ancestor's overlay by hand
            return chains(domain, snapshot, {disk.target for disk in domain.disks})
        lying, file = strange
        return refuse(Code.TREE_MISPLACED, snapshot, lying=lying, file=file)
    victim = files.hurt(domain.tree, FileEffects(written=files.active(domain)))
    if victim is not None:
        name, file = victim
        return refuse(Code.DISKS_MOVED, snapshot, path=file, victim=name)
    return None


def chains(domain: Domain, snapshot: str, targets: Collection[str]) -> Refusal | None:
    """These disks' images must be there, and lie on each other as the metadata tells."""
    for disk in domain.disks:
        if disk.target not in targets:
            continue
        if disk.missing is not None:
            return refuse(Code.OVERLAY_GONE, snapshot, target=disk.target, path=disk.missing)
        if disk.disagrees:
            chain, way = health.real_chain(disk), health.way_out(domain, disk)
            facts = {"target": disk.target, "chain": chain, "way": way}
            return refuse(Code.CHAIN_DIFFERS, snapshot, **facts)
    return None


def paused_twice(domain: Domain, snapshot: str) -> Refusal | None:
    """QEMU gives up a paused guest's disks once it wrote its memory out or read it in.

    Until it runs again it neither saves the memory a second time nor merges overlays.
    """
    return refuse(Code.PAUSED_TWICE, snapshot) if saved_while_paused(domain) else None


def saved_while_paused(domain: Domain) -> bool:
    """Whether a paused guest's memory was written to a file or read from one, as far as is known.

    Libvirt does not tell whether it ran since; that it lies on a snapshot with a memory file is
    the only trace.
    """
    tree = domain.tree
    way = (tree[name] for name in tree.lineage(tree.current))
    saved = any(each.memory.kind is MemoryKind.EXTERNAL for each in way)
    return saved and domain.state is DomainState.PAUSED
