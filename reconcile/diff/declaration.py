"""A declared entry in canonical form, the digest of it, and the mark that records it.

The digest covers what is compared and nothing else, so that editing `capture:` or moving an
entry to another file changes no mark.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from types import MappingProxyType

from reconcile.diff.view import desired_view
from reconcile.model.desired import DesiredSnapshot
from reconcile.model.snapshot import DiskKind, Mark, Snapshot, SnapshotDisk

Entry = dict[str, object]
_LEFT_OUT = MappingProxyType({DiskKind.EXTERNAL: (DiskKind.NONE,)})
FEW_DISKS = 4  # of which `edited` tries every choice: then there are 255 entries to try at most


def digest(desired: DesiredSnapshot) -> str:
    """The digest of a declared entry, in sixteen hex digits."""
    return _digest(_entry(desired))


def _entry(desired: DesiredSnapshot) -> Entry:
    return {
        "parent": desired.parent,
        "description": desired.description,
        "labels": desired.labels,
        "protect": desired.protect,
        "memory": desired.memory and desired.memory.kind,
        "disks": desired.disks and sorted((disk.target, disk.kind) for disk in desired.disks),
    }


def _digest(entry: Entry) -> str:
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fields(desired: DesiredSnapshot) -> tuple[tuple[str, str], ...]:
    """A short hash of each value that the entry declares, by its key path; of all labels one."""
    view = desired_view(desired)
    hashes = {key: short(value) for key, value in view.items() if not key.startswith("labels.")}
    if desired.labels is not None:
        hashes["labels"] = labels_hash(desired.labels)
    return tuple(sorted(hashes.items()))


def labels_hash(labels: tuple[tuple[str, str], ...]) -> str:
    """The hash of labels in a mark's `fields`."""
    return short(json.dumps(sorted(labels)))


def short(value: str | None) -> str:
    """Eight hex digits that tell one value or name from another."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:8]


def edited(
    desired: DesiredSnapshot, observed: Snapshot, mark: Mark
) -> tuple[tuple[str, bool], ...]:
    """The keys that git declares and the mark's entry did not (True), or the other way (False).

    A mark holds no more than a digest of what was declared. But of a snapshot that is as declared
    the values are known: the keys are those with which the digest comes out; empty where none do.
    """
    entry = _entry(desired)
    others = _others(entry, observed, mark)
    for number in range(1, len(others) + 1):
        for keys in combinations(others, number):
            for values in product(*(others[key] for key in keys)):
                if _digest({**entry, **dict(zip(keys, values, strict=True))}) == mark.digest:
                    return tuple((key, entry[key] is not None) for key in keys)
    return ()


def as_marked(whole: DesiredSnapshot, observed: Snapshot) -> DesiredSnapshot | None:
    """The entry that the mark was made from; None without one, or if the snapshot changed since.

    `whole` declares everything of the snapshot as it is: the mark was made from some of that.
    """
    if observed.mark is None:
        return None
    kinds = (
        None,
        (),
        *(tuple(SnapshotDisk(*each) for each in some) for some in _choices(observed)),
    )
    tried = product(
        dict.fromkeys((None, whole.description, observed.description)),
        dict.fromkeys((None, (), whole.labels)),
        (None, observed.protected),
        dict.fromkeys((None, whole.memory)),
        kinds,
    )
    for description, labels, protect, memory, disks in tried:
        entry = replace(
            whole,
            description=description,
            labels=labels,
            protect=protect,
            memory=memory,
            disks=disks,
        )
        if digest(entry) == observed.mark.digest:
            return entry
    return None


def _choices(observed: Snapshot) -> Iterator[tuple[tuple[str, DiskKind], ...]]:
    """What may have been declared of the disks: of few, each alone, also as left out by then.

    A revert turns disks that a snapshot left out into external ones.
    """
    every = sorted((disk.target, disk.kind) for disk in observed.disks)
    if len(every) > FEW_DISKS:
        yield tuple(every)
        return
    kinds = ((kind, *_LEFT_OUT.get(kind, ()), None) for _, kind in every)
    for chosen in product(*kinds):
        pairs = zip(every, chosen, strict=True)
        yield tuple((target, kind) for (target, _), kind in pairs if kind is not None)


def _others(entry: Entry, observed: Snapshot, mark: Mark) -> dict[str, list[object]]:
    """What may have been declared for each key: nothing where something is, else what is there."""
    there: dict[str, list[object]] = {
        "description": [observed.description],
        "labels": [mark.labels],
        "protect": [mark.protect],
        "memory": [observed.memory.kind],
        "disks": [*_disks(observed)],
    }
    return {key: values if entry[key] is None else [None] for key, values in there.items()}


def _disks(observed: Snapshot) -> Iterator[object]:
    """Every choice of them, the largest first: kinds are declared for some disks or for all."""
    every = sorted((disk.target, disk.kind) for disk in observed.disks)
    for number in range(len(every), 0, -1) if len(every) <= FEW_DISKS else (len(every),):
        yield from map(list, combinations(every, number))


def mark(desired: DesiredSnapshot, observed: Mark | None, revision: str | None) -> Mark:
    """The mark that the snapshot shall carry.

    Not declaring `protect` any more leaves protection as the old mark says: only
    `protect: false` lifts it.
    """
    kept = observed.protect if observed else False
    return Mark(
        snapshot=desired.name,
        digest=digest(desired),
        revision=revision,
        protect=kept if desired.protect is None else desired.protect,
        labels=tuple(sorted(desired.labels or ())),
        fields=fields(desired),
        applied=observed.applied if observed else None,
    )
