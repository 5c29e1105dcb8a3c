"""Deviations of the host from what the rules predict; what they do not predict is not compared."""

from collections.abc import Iterator

from reconcile.model.domain import Domain
from reconcile.model.snapshot import Mark, Snapshot
from reconcile.rules.files import matches
from reconcile.rules.refusals import or_none


def deviations(expected: Domain, observed: Domain) -> tuple[str, ...]:
    """Sentences on what is otherwise than predicted; empty where all is as it should be."""
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
    """Sentences on what is otherwise than predicted in one snapshot's metadata."""
    wanted, found = _facts(expected), _facts(observed)
    for key, value in wanted.items():
        if found[key] != value:
            yield f"snapshot {expected.name} has the {key} {found[key]}, not {value}"
    if expected.delete_in_progress != observed.delete_in_progress:
        came = "has begun" if observed.delete_in_progress else "is not under way any more"
        yield f"a delete of snapshot {expected.name} {came}"
    if expected.mark and observed.mark:
        yield from _mark(expected.name, expected.mark, observed.mark)


def _facts(snapshot: Snapshot) -> dict[str, str]:
    return {
        "parent": or_none(snapshot.parent),
        "description": f'"{snapshot.description}"',
        "state": str(snapshot.state),
        "memory": str(snapshot.memory.kind),
        "kind": "external" if snapshot.external else "internal",
        "owner": "reconcile" if snapshot.owned else "nobody known",
    }


def _mark(name: str, expected: Mark, observed: Mark) -> Iterator[str]:
    if observed.protect != expected.protect:
        yield f"snapshot {name} is {'' if observed.protect else 'not '}protected"
    if observed.labels != expected.labels:
        yield f"snapshot {name} has the labels {_labels(observed)}, not {_labels(expected)}"
    if observed.digest != expected.digest:
        yield f"snapshot {name} was applied from another declaration"


def _labels(mark: Mark) -> str:
    return ", ".join(f"{label}: {value}" for label, value in mark.labels) or "none"
