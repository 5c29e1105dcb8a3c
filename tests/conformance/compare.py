"""The predicted domain against the real one: everything the rules say, in full."""

from collections.abc import Iterator

from reconcile.model.domain import Domain
from reconcile.model.snapshot import Snapshot, SnapshotDisk
from reconcile.rules.files import matches


def disagreements(predicted: Domain, found: Domain) -> tuple[str, ...]:
    """Sentences, empty where rules and libvirt agree."""
    return tuple(_domain(predicted, found))


def _domain(predicted: Domain, found: Domain) -> Iterator[str]:
    if predicted.state is not found.state:
        yield f"state: predicted {predicted.state}, found {found.state}"
    if predicted.tree.current != found.tree.current:
        yield f"current: predicted {predicted.tree.current}, found {found.tree.current}"
    paths = {disk.target: disk.path for disk in found.disks}
    formats = {disk.target: disk.format for disk in found.disks}
    for disk in predicted.disks:
        if disk.format != formats.get(disk.target):
            yield f"{disk.target}: predicted {disk.format}, found {formats.get(disk.target)}"
        if not matches(disk.path, paths.get(disk.target)):
            yield f"{disk.target}: predicted {disk.path}, found {paths.get(disk.target)}"
    if set(predicted.tree.snapshots) != set(found.tree.snapshots):
        yield f"names: predicted {set(predicted.tree.snapshots)}, found {set(found.tree.snapshots)}"
        return
    for snapshot in predicted.tree:
        yield from _snapshot(snapshot, found.tree[snapshot.name])


def _snapshot(predicted: Snapshot, found: Snapshot) -> Iterator[str]:
    pairs = {
        "parent": (predicted.parent, found.parent),
        "state": (predicted.state, found.state),
        "memory": (predicted.memory, found.memory),
        "description": (predicted.description, found.description),
        "mark": (predicted.mark, found.mark),
        "formats": (set(predicted.formats), set(found.formats)),
    }
    for what, (wanted, got) in pairs.items():
        if wanted != got:
            yield f"{predicted.name} {what}: predicted {wanted}, found {got}"
    yield from _disks(f"{predicted.name} disks", predicted.disks, found.disks)
    yield from _disks(f"{predicted.name} revertDisks", predicted.revert_disks, found.revert_disks)
    base = dict(found.base)
    for target, path in predicted.base:
        if not matches(path, base.get(target)):
            yield f"{predicted.name} base of {target}: predicted {path}, found {base.get(target)}"


def _disks(
    what: str, predicted: tuple[SnapshotDisk, ...], found: tuple[SnapshotDisk, ...]
) -> Iterator[str]:
    wanted = {disk.target: disk for disk in predicted}
    got = {disk.target: disk for disk in found}
    if set(wanted) != set(got):
        yield f"{what}: predicted {sorted(wanted)}, found {sorted(got)}"
        return
    for target, disk in wanted.items():
        same = disk.kind is got[target].kind and matches(disk.file, got[target].file)
        if not same:
            yield f"{what}: predicted {disk}, found {got[target]}"
