"""Checks that several actions share; the first one that objects is the answer."""

from collections.abc import Collection, Iterable
from shlex import quote

from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.file_effects import FileEffects
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import MemoryKind
from reconcile.rules import branch, files, health
from reconcile.rules.refusals import Code, refuse


def first(objections: Iterable[Refusal | None]) -> Refusal | None:
    """The first refusal among objections, None if there is none."""
    return next((refusal for refusal in objections if refusal is not None), None)


def managed_save(domain: Domain, snapshot: str) -> Refusal | None:
    """The refusal for a saved memory image, or None: it would resume on changed disks (trap 8)."""
    if not domain.managed_save:
        return None
    return refuse(Code.MANAGED_SAVE, snapshot, domain=domain.name)


def block_job(domain: Domain, snapshot: str) -> Refusal | None:
    """The refusal while a block job runs, which libvirt refuses, too, whoever began it; or None."""
    if not domain.block_jobs:
        return None
    return refuse(Code.BLOCK_JOB, snapshot, target=domain.block_jobs[0], domain=domain.name)


def delete_in_progress(domain: Domain, snapshot: str) -> Refusal | None:
    """The refusal for a tree whose files a cut-off delete left half merged, or None."""
    flagged = next((each.name for each in domain.tree if each.delete_in_progress), None)
    if flagged is None:
        return None
    way = domain.tree.lineage(domain.tree.current)
    children = sorted(domain.tree.children(flagged), key=lambda name: name not in way)
    facts = {"child": next(iter(children), flagged), "domain": domain.name}
    return refuse(Code.DELETE_IN_PROGRESS, snapshot, flagged=flagged, **facts)


def placed(domain: Domain, snapshot: str, host: Capabilities) -> Refusal | None:
    """The refusal for a tree that tells wrongly on which files others lie, or None.

    Traps 1, 4 and 18 make such trees.
    """
    strange = files.misplaced(domain)
    if strange is not None:
        current = domain.tree.get(domain.tree.current)
        if current is not None and current.data.lost:  # merged into an ancestor's overlay by hand
            return chains(domain, snapshot, {disk.target for disk in domain.disks}, host)
        return _misplaced(domain, snapshot, *strange)
    victim = files.hurt(domain.tree, FileEffects(written=files.active(domain)))
    return _moved(domain, snapshot, *victim) if victim is not None else None


def _misplaced(domain: Domain, snapshot: str, lying: str, file: str) -> Refusal:
    """A domain that lies there is told by the pointer, a snapshot by its parent."""
    owner = min(each.name for each in domain.tree if file in files.overlay_names(each))
    pointer = lying not in domain.tree
    facts = {"owner": owner, "pointer": pointer, "moved": None if pointer else lying}
    return refuse(
        Code.TREE_MISPLACED, snapshot, lying=lying, file=file, domain=domain.name, **facts
    )


def _moved(domain: Domain, snapshot: str, victim: str, path: str) -> Refusal:
    target = next(disk.target for disk in domain.disks if disk.path == path)
    above = branch.external_above(domain, target)
    facts = {
        "target": target,
        "overlay": above and branch.overlay(above, target),
        "names": branch.branch(domain.tree, victim),
        "domain": domain.name,
    }
    return refuse(Code.DISKS_MOVED, snapshot, path=path, victim=victim, **facts)


def chains(
    domain: Domain, snapshot: str, targets: Collection[str], host: Capabilities
) -> Refusal | None:
    """The refusal where an image of these disks is missing, or lies on another than metadata tells.

    None where all are as the metadata tells.
    """
    for disk in (each for each in domain.disks if each.target in targets):
        if disk.missing is not None:
            return _overlay_gone(domain, snapshot, disk, disk.missing, host)
        if disk.disagrees:
            return _chain_differs(domain, snapshot, disk)
    return None


def _overlay_gone(
    domain: Domain, snapshot: str, disk: Disk, path: str, host: Capabilities
) -> Refusal:
    """A revert starts a new overlay; 9.0.0 cannot, but an empty one can be made in its place."""
    above = branch.external_above(domain, disk.target)
    sound = branch.sound_above(domain, disk.target)
    facts: dict[str, object] = {
        "path": path,
        "revertible": sound.name if sound and host.external_revert else None,
        "now": snapshot in domain.tree,
        "later": None if snapshot in domain.tree else snapshot,
    }
    if sound is not None and sound == above and path == disk.path and not domain.active:
        facts |= {"base": sound.base_file(disk.target), "format": sound.base_format(disk.target)}
    return refuse(Code.OVERLAY_GONE, snapshot, target=disk.target, **facts)


def _chain_differs(domain: Domain, snapshot: str, disk: Disk) -> Refusal:
    """An image that was put on top is merged; else nothing but the metadata is wrong."""
    top = health.put_on_top(domain, disk)
    way = [n for n in domain.tree.lineage(domain.tree.current) if domain.tree[n].external]
    told = disk.chain_told and not domain.active
    facts = {
        "chain": health.real_chain(disk),
        "told": told,
        "overlay": None if told else top,
        "names": () if top or told or not way else branch.branch(domain.tree, way[-1]),
        "domain": domain.name,
    }
    return refuse(Code.CHAIN_DIFFERS, snapshot, target=disk.target, **facts)


def checkpoints(domain: Domain, snapshot: str, **facts: object) -> Refusal:
    """The refusal for a domain with checkpoints, whatever else would help."""
    quoted = (
        f"virsh checkpoint-delete {quote(domain.name)} {quote(c)}" for c in domain.checkpoints
    )
    told = {"checkpoints": domain.checkpoints, "commands": " && ".join(quoted)}
    return refuse(Code.CHECKPOINTS, snapshot, **told, **facts)


def paused_twice(domain: Domain, snapshot: str) -> Refusal | None:
    """The refusal for a paused guest whose memory was saved or restored before, or None.

    QEMU gives up a paused guest's disks once it wrote its memory out or read it in. Until it runs
    again it neither saves the memory a second time nor merges overlays.
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
