"""A domain's metadata held against its real images: what is gone, and what differs.

People merge, flatten and move chains with virsh and qemu-img; libvirt goes on believing its
metadata. Deletes then fail or remove the wrong file, and some reverts bring back other data with
success (tried on 9.0.0, 11.3.0 and 12.8.0). Only what was seen counts: where an image cannot be
read, nothing is said.
"""

import shlex
from collections.abc import Iterator
from dataclasses import replace

from reconcile.model.domain import Disk, Domain
from reconcile.model.fact import Fact
from reconcile.model.finding import Finding, FindingCode
from reconcile.model.images import ImageGraph
from reconcile.model.snapshot import DataState, Snapshot
from reconcile.rules.branch import branch
from reconcile.rules.file_effects import outside, tagged
from reconcile.rules.files import overlays

_WORST_FIRST = (
    DataState.GONE,
    DataState.OVERWRITTEN,
    DataState.DIFFERS,
    DataState.UNASKED,
    DataState.HELD,
)

_LOST = {
    DataState.GONE: FindingCode.DATA_GONE,
    DataState.OVERWRITTEN: FindingCode.DATA_OVERWRITTEN,
}


def examined(domain: Domain, images: ImageGraph) -> Domain:
    """The domain with what the host's images say of its disks and of each snapshot's data."""
    if not images.images:
        return domain
    disks = tuple(_disk(disk, domain, images) for disk in domain.disks)
    seen = replace(domain, disks=disks)
    snapshots = (replace(each, data=_data(each, seen, images)) for each in domain.tree)
    return replace(seen, tree=domain.tree.put(*snapshots))


def located(domain: Domain, images: ImageGraph) -> Domain:
    """The domain with what belongs to the images that its disks lie on now, after a step.

    Without anything known of images it stays as it is.
    """
    if not images.images:
        return domain
    return replace(domain, disks=tuple(_as_image(disk, images) for disk in domain.disks))


def _as_image(disk: Disk, images: ImageGraph) -> Disk:
    """The disk with what the header of its image says; its definition says it, too, if rightly."""
    image = disk.path or ""
    encrypted = disk.encrypted or images.encrypted(image)
    return replace(disk, data_file=images.data_file(image) is not None, encrypted=encrypted)


def _disk(disk: Disk, domain: Domain, images: ImageGraph) -> Disk:
    if disk.path is None:
        return disk
    below = images.below(disk.path)
    told = disk.chain_told or (domain.active and disk.backing)
    chain = disk.backing if told else below
    known = replace(
        disk,
        backing=chain or (),
        missing=_first_missing((disk.path, *(chain or ())), images),
        data_file=images.data_file(disk.path) is not None,
    )
    return replace(known, disagrees=chain is not None and not _agrees(known, domain, images))


def _first_missing(chain: tuple[str, ...], images: ImageGraph) -> str | None:
    return next((path for path in chain if images.exists(path) is Fact.NO), None)


def _agrees(disk: Disk, domain: Domain, images: ImageGraph) -> bool:
    """Whether the chain begins as the snapshots above which the domain runs tell.

    A chain is read down to the first image that is missing.
    """
    chain = (disk.path or "", *disk.backing)
    told = (disk.path or "", *_told_below(domain, domain.tree.current, disk.target))
    known = len(told) if disk.missing is None else len(chain)
    return _same(chain[: len(told)], told[:known], images)


def _told_below(domain: Domain, name: str | None, target: str) -> tuple[str, ...]:
    """The images below a disk as metadata tells: bases of external snapshots, nearest first."""
    found: list[str] = []
    for each in domain.tree.lineage(name):
        base = dict(outside(domain.tree[each])).get(target)
        if base is not None and base not in found:
            found.append(base)
    return tuple(found)


def chain_length(domain: Domain, disk: Disk) -> int:
    """How many images a disk's chain has: where that is not known, as the metadata tells."""
    below = disk.backing or _told_below(domain, domain.tree.current, disk.target)
    return 1 + len(below)


def _same(found: tuple[str, ...], told: tuple[str, ...], images: ImageGraph) -> bool:
    return tuple(map(images.key, found)) == tuple(map(images.key, told))


def _data(snapshot: Snapshot, domain: Domain, images: ImageGraph) -> DataState:
    states = {
        *(_external(snapshot, target, base, domain, images) for target, base in outside(snapshot)),
        *(_internal(snapshot, base, images) for _, base in tagged(snapshot)),
    }
    return next((state for state in _WORST_FIRST if state in states), DataState.UNASKED)


def _internal(snapshot: Snapshot, base: str, images: ImageGraph) -> DataState:
    if images.exists(base) is Fact.NO:
        return DataState.GONE
    tags = images.tags(base)
    if tags is None:
        return DataState.UNASKED
    return DataState.HELD if snapshot.name in tags else DataState.GONE


def _external(
    snapshot: Snapshot, target: str, base: str, domain: Domain, images: ImageGraph
) -> DataState:
    if images.exists(base) is Fact.NO:
        return DataState.GONE
    if _overlays_gone(snapshot, images):
        if _is_active(domain, target, base, images):
            return DataState.OVERWRITTEN
        if _cut_out(snapshot, target, domain):
            return DataState.DIFFERS
    below = images.below(base)
    if below is None:
        return DataState.UNASKED
    if _first_missing(below, images) is not None:
        return DataState.GONE
    told = _told_below(domain, snapshot.parent, target)
    on = tuple(each for each in told if images.key(each) != images.key(base))
    return DataState.HELD if _same(below[: len(on)], on, images) else DataState.DIFFERS


def _overlays_gone(snapshot: Snapshot, images: ImageGraph) -> bool:
    """Whether none of the overlays that the snapshot started is left: merged, or left out."""
    listed = overlays(snapshot)
    return bool(listed) and all(images.exists(path) is Fact.NO for path in listed)


def _is_active(domain: Domain, target: str, image: str, images: ImageGraph) -> bool:
    """Whether the guest writes to this very image."""
    disk = domain.disk(target)
    return bool(disk and disk.path and images.key(disk.path) == images.key(image))


def _cut_out(snapshot: Snapshot, target: str, domain: Domain) -> bool:
    """Whether its overlay left the active chain: merged into its base, perhaps."""
    disk = domain.disk(target)
    return snapshot.name in domain.tree.lineage(domain.tree.current) and bool(
        disk and disk.disagrees
    )


def rests_on(domain: Domain, snapshot: Snapshot) -> bool:
    """Whether a disk of the domain lies on the snapshot's data, where that is known.

    Only a chain that was read and found to be another than the metadata tells says no.
    """
    for target, base in outside(snapshot):
        disk = domain.disk(target)
        if disk is not None and (not disk.disagrees or base in (disk.path, *disk.backing)):
            return True
    return False


def findings(domain: Domain, images: ImageGraph) -> Iterator[Finding]:
    """What an examined domain's images do not hold as its metadata tells.

    Told in every plan, whether a step depends on it or not.
    """
    for disk in domain.disks:
        subject = f"disk {disk.target}"
        if disk.missing is not None:
            yield Finding(
                FindingCode.OVERLAY_GONE,
                subject,
                f"{disk.missing}, on which it lies, is gone",
                "bring it back, or revert to a snapshot that does not need it",
            )
        if disk.disagrees:
            yield Finding(
                FindingCode.CHAIN_DIFFERS,
                subject,
                f"{real_chain(disk)}, its snapshots say {told_chain(domain, disk)}",
                f"somebody changed the chain by hand; {_undone(domain, disk)}",
            )
    for snapshot in domain.tree.topological():
        if snapshot.data.lost:
            way = "`forget:` it" if snapshot.external else "take it out of `snapshots`"
            yield Finding(_LOST[snapshot.data], snapshot.name, f"its data is {snapshot.data}", way)
        memory = snapshot.memory.file
        if memory and images.exists(memory) is Fact.NO:
            yield Finding(
                FindingCode.MEMORY_GONE,
                snapshot.name,
                f"its memory file {memory} is gone",
                "bring it back, or delete the snapshot: a revert to it is refused",
            )


def _undone(domain: Domain, disk: Disk) -> str:
    """What brings a chain and the metadata together again."""
    top = put_on_top(domain, disk)
    if top is not None:
        name, target, base = map(shlex.quote, (domain.name, disk.target, top))
        return (
            "merge what was put on top, while the domain runs: "
            f"`virsh blockcommit {name} {target} --active --pivot --base {base}`"
        )
    tree = domain.tree
    external = [name for name in tree.lineage(tree.current) if tree[name].external]
    names = ", ".join(branch(tree, external[-1]) if external else ())
    return f"`forget:` the snapshots above which the domain runs: {names or 'none'}"


def real_chain(disk: Disk) -> str:
    """The images of a disk in words, in the order they lie on each other, the active one first."""
    if not disk.backing:
        return f"it lies on {disk.path} alone"
    return f"it lies on {' on '.join((disk.path or 'nothing', *disk.backing))}"


def told_chain(domain: Domain, disk: Disk) -> str:
    """The images of a disk in words, as the metadata of its snapshots tells."""
    told = _told_below(domain, domain.tree.current, disk.target)
    top = _listed(domain, disk.target) or disk.path or "nothing"
    return f"it lies on {' on '.join((top, *told))}"


def put_on_top(domain: Domain, disk: Disk) -> str | None:
    """The overlay of the current snapshot that somebody has put an image on top of; None without.

    Such an image needs all below: nothing may be forgotten before it is merged.
    """
    listed = _listed(domain, disk.target)
    return listed if listed in disk.backing else None


def _listed(domain: Domain, target: str) -> str | None:
    """The overlay that the current snapshot says the disk lies on."""
    current = domain.tree.get(domain.tree.current)
    if current is None:
        return None
    listed = (*current.revert_disks, *current.disks)
    return next((each.file for each in listed if each.target == target), None)
