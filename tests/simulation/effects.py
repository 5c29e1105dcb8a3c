"""What a call does to files, tags and images on the simulated host, told without the rules' help.

The executor asks `recovery.footprint`; here it is read from the action and the tree anew, so that
a footprint that is wrong is seen as a difference.
"""

from reconcile.model.action import Action, Create, Delete
from reconcile.model.domain import Domain
from reconcile.model.snapshot import DiskKind, Snapshot, SnapshotDisk


def files_made(action: Action) -> set[str]:
    """The overlays and the memory file of a create; those that it reuses were there before."""
    if not isinstance(action, Create):
        return set()
    overlays = set() if action.capture.reuse_files else {disk.file for disk in action.disks}
    return {file for file in {*overlays, action.memory.file} if file is not None}


def images_tagged(action: Create, before: Domain) -> list[str]:
    """The images of the disks that go into an internal snapshot."""
    targets = _targets(action.disks, DiskKind.INTERNAL)
    return [disk.path for disk in before.disks if disk.target in targets and disk.path]


def tagged(snapshot: Snapshot) -> list[str]:
    """The images that hold a snapshot's tag."""
    targets = _targets(snapshot.disks, DiskKind.INTERNAL)
    return [path for target, path in snapshot.base if target in targets]


def images_merged_into(action: Delete, before: Domain) -> set[str]:
    """The images that take up the overlays of a snapshot which the domain runs on top of."""
    gone = before.tree[action.snapshot]
    if gone.name not in before.tree.lineage(before.tree.current):
        return set()
    targets = _targets(gone.disks, DiskKind.EXTERNAL)
    return {path for target, path in gone.base if target in targets and not path.endswith(">")}


def _targets(disks: tuple[SnapshotDisk, ...], kind: DiskKind) -> set[str]:
    return {disk.target for disk in disks if disk.kind is kind}
