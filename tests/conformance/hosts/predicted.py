"""What a plan predicts, held against what libvirt and the files say afterwards."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from reconcile.model.domain import Disk, Domain
from reconcile.model.plan import DomainPlan
from reconcile.model.snapshot import Snapshot, SnapshotDisk
from tests.conformance.hosts.facts import ABSENT, DiskFacts, DomainFacts, SnapshotFacts

STAND_IN: Final = re.compile(r"<\d+>$")
"""The end of the name of an overlay that libvirt will name by the second."""
BY_SECOND: Final = re.compile(r"\.\d{9,}$")
NONE: Final = "none"
LEFT_MEMORY: Final = (9, 9, 0)
"""Before it libvirt leaves memory files behind."""


def disagreements(plan: DomainPlan, found: DomainFacts) -> Iterator[str]:
    """Sentences about a domain after its plan was applied; none where all is as predicted."""
    predicted = plan.expected[-1] if plan.expected else plan.observed
    pairs: dict[str, tuple[object, object]] = {
        "state": (predicted.state.value, found.state),
        "current": (predicted.tree.current, found.current),
        "snapshots": (sorted(predicted.tree.snapshots), sorted(found.snapshots)),
        "disks": (sorted(d.target for d in predicted.disks), sorted(found.disks)),
    }
    yield from _differing(f"{found.name}", pairs)
    yield from _disks(predicted, found)
    for snapshot in predicted.tree:
        if snapshot.name in found.snapshots:
            who = f"{found.name}@{snapshot.name}"
            yield from _snapshot(who, snapshot, found.snapshots[snapshot.name])


def files_changed(
    plans: list[DomainPlan], before: frozenset[str], after: frozenset[str]
) -> Iterator[str]:
    """Sentences about files that vanished or appeared otherwise than the plans say."""
    effects = [step.files for plan in plans for step in plan.steps]
    removed = {path for each in effects for path in each.removed | each.merged}
    created = {path for each in effects for path in each.created | each.reused}
    for path in sorted(before - after - removed):
        yield f"{path} vanished, and no step says so"
    for path in sorted(after - before - created):
        if BY_SECOND.search(path) is None:
            yield f"{path} appeared, and no step says so"


def _differing(who: str, pairs: Mapping[str, tuple[object, object]]) -> Iterator[str]:
    for what, (wanted, got) in pairs.items():
        if wanted != got:
            yield f"{who} {what}: predicted {wanted}, found {got}"


def _disks(predicted: Domain, found: DomainFacts) -> Iterator[str]:
    for disk in predicted.disks:
        now = found.disks.get(disk.target)
        if now is not None and not _same_disk(disk, now):
            wanted, got = f"{disk.path} ({disk.format})", f"{now.place} ({now.format})"
            yield f"{found.name} {disk.target}: predicted {wanted}, found {got}"


def _same_disk(disk: Disk, now: DiskFacts) -> bool:
    same_file = disk.path is None or _matches(disk.path, now.place)
    return same_file and disk.format == now.format


def _snapshot(who: str, predicted: Snapshot, found: SnapshotFacts) -> Iterator[str]:
    memory = predicted.memory.kind.value.replace(NONE, ABSENT)
    pairs: dict[str, tuple[object, object]] = {
        "parent": (predicted.parent, found.parent),
        "state": (predicted.state.value, found.state),
        "description": (predicted.description, found.description),
        "memory": (memory, found.memory),
        "memory file": (predicted.memory.file, found.memory_file),
        "kinds": (_kinds(predicted), found.held),
    }
    yield from _differing(who, pairs)
    for disk in predicted.disks:
        file = found.overlays.get(disk.target)
        if disk.file is not None and not _matches(disk.file, file):
            yield f"{who} overlay of {disk.target}: predicted {disk.file}, found {file}"
    for target, path in predicted.base:
        base = found.base.get(target)
        if base is not None and not _matches(path, base.place):
            yield f"{who} base of {target}: predicted {path}, found {base.place}"


def _kinds(snapshot: Snapshot) -> dict[str, str]:
    """The disks that it holds."""

    def held(disk: SnapshotDisk) -> bool:
        return disk.kind.value in {"internal", "external"}

    return {disk.target: disk.kind.value for disk in snapshot.disks if held(disk)}


def _matches(predicted: str, found: str | None) -> bool:
    if found is None or STAND_IN.search(predicted) is None:
        return predicted == found
    return found.startswith(STAND_IN.sub("", predicted)) and BY_SECOND.search(found) is not None
