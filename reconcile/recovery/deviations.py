"""Is the host where the rules said it would be? Compared: what the rules predict, no more."""

from collections.abc import Iterator

from reconcile.model.domain import Domain
from reconcile.model.snapshot import Snapshot
from reconcile.rules.files import matches
from reconcile.rules.refusals import or_none


def deviations(expected: Domain, observed: Domain) -> tuple[str, ...]:
    """What is otherwise than predicted, one sentence each; empty when all is as it should be."""
    return (*_domain(expected, observed), *_tree(expected, observed))


def _domain(expected: Domain, observed: Domain) -> Iterator[str]:
    if observed.state is not expected.state:
        yield f"the domain is {observed.state}, not {expected.state}"
    if observed.managed_save is not expected.managed_save:
        yield f"a managed save image {'appeared' if observed.managed_save else 'vanished'}"
    yield from _jobs(expected, observed)
    for disk in expected.disks:
        found = observed.disk(disk.target)
        if found is None:
            yield f"disk {disk.target} is detached"
        elif not disk.removable and not matches(disk.path, found.path):
            yield f"disk {disk.target} runs on {found.path}, not {disk.path}"
    known = {disk.target for disk in expected.disks}
    yield from (f"disk {d.target} is attached" for d in observed.disks if d.target not in known)


def _jobs(expected: Domain, observed: Domain) -> Iterator[str]:
    """What somebody started meanwhile: block jobs and checkpoints change what is legal."""
    new = (target for target in observed.block_jobs if target not in expected.block_jobs)
    yield from (f"a block job runs on disk {target}" for target in new)
    if observed.checkpoints != expected.checkpoints:
        now = ", ".join(observed.checkpoints) or "none"
        yield f"the checkpoints are {now}, not {', '.join(expected.checkpoints) or 'none'}"


def _tree(expected: Domain, observed: Domain) -> Iterator[str]:
    if observed.tree.current != expected.tree.current:
        now, then = or_none(observed.tree.current), or_none(expected.tree.current)
        yield f"the current snapshot is {now}, not {then}"
    for name in sorted({*expected.tree.snapshots, *observed.tree.snapshots}):
        wanted, found = expected.tree.get(name), observed.tree.get(name)
        if wanted is None:
            yield f"snapshot {name} appeared"
        elif found is None:
            yield f"snapshot {name} is missing"
        else:
            yield from snapshot_deviations(wanted, found)


def snapshot_deviations(expected: Snapshot, observed: Snapshot) -> Iterator[str]:
    """What is otherwise in one snapshot's metadata."""
    wanted, found = _facts(expected), _facts(observed)
    for key, value in wanted.items():
        if found[key] != value:
            yield f"snapshot {expected.name} has {key} {found[key]!s}, not {value!s}"


def _facts(snapshot: Snapshot) -> dict[str, object]:
    mark = snapshot.mark
    return {
        "the parent": snapshot.parent,
        "the description": snapshot.description,
        "the state": str(snapshot.state),
        "the memory": str(snapshot.memory.kind),
        "the external part": snapshot.external,
        "the mark": mark and (mark.digest, mark.protect, mark.labels),
        "an unfinished delete": snapshot.delete_in_progress,
    }
