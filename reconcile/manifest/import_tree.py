"""A domain as a manifest declares it: the smallest tree whose plan on that very domain is empty.

Every snapshot is declared that the schema lets a manifest declare; what is left out is said, with
the reason. A snapshot with a mark is declared by just the keys that the mark was made from.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from reconcile.diff.declaration import as_marked, digest
from reconcile.manifest import schema
from reconcile.manifest.yaml_scalar import scalar
from reconcile.model.desired import Current, DesiredSnapshot, DesiredTree, Position, Prune
from reconcile.model.domain import Domain
from reconcile.model.left_out import LeftOut
from reconcile.model.snapshot import Memory, Snapshot, SnapshotDisk
from reconcile.rules.redefine import LONGEST_DESCRIPTION

NOWHERE: Final = Position("", 1, 1)
LONGEST_KEY: Final = 1024  # characters in YAML, quotes and escapes included


@dataclass(frozen=True, slots=True)
class ImportedTree:
    """The declared tree, parents before children and older siblings first."""

    desired: DesiredTree
    left_out: tuple[LeftOut, ...]


def import_tree(domain: Domain, connect: str | None = None, *, adopt: bool = False) -> ImportedTree:
    """The tree to declare for a domain.

    `connect` is the host as the manifest shall name it. Without `adopt`, nothing becomes owned by
    the manifest. `snapshots` is empty where none can be declared.
    """
    left: list[LeftOut] = []
    entries: dict[str, DesiredSnapshot] = {}
    for snapshot in _parents_first(domain):
        entry = _entry(snapshot, entries, left)
        if entry is not None:
            entries[snapshot.name] = entry
    reached = {*entries, *(each.snapshot for each in left)}
    lost = (each for each in domain.tree if each.name not in reached)
    left += (LeftOut(each.name, "", f"its parent {each.parent} is not there") for each in lost)
    owned = [each for each in domain.tree if each.owned and each.name not in entries]
    desired = DesiredTree(
        domains=(domain.name if _declarable("domain", domain.name) else domain.uuid,),
        position=NOWHERE,
        connect=connect,
        prune=Prune.NONE if owned else Prune.OWNED,
        adopt=adopt or all(_is_owned(domain.tree[name], entries[name]) for name in entries),
        current=Current(domain.tree.current) if domain.tree.current in entries else None,
        snapshots=tuple(entries.values()),
    )
    return ImportedTree(desired, tuple(left))


def _parents_first(domain: Domain) -> Iterator[Snapshot]:
    """The snapshots that hang on a root, without recursion; siblings in order of their age."""
    waiting = [*reversed(_by_age(domain, None))]
    while waiting:
        snapshot = waiting.pop()
        yield snapshot
        waiting.extend(reversed(_by_age(domain, snapshot.name)))


def _by_age(domain: Domain, parent: str | None) -> list[Snapshot]:
    children = (domain.tree[name] for name in domain.tree.children(parent))
    return sorted(children, key=lambda each: (each.created, each.name))


def _entry(
    snapshot: Snapshot, declared: dict[str, DesiredSnapshot], left: list[LeftOut]
) -> DesiredSnapshot | None:
    """The snapshot as an entry; what does not fit into one is added to `left`."""
    name, mark = snapshot.name, snapshot.mark
    if not _declarable("name", name):
        left.append(LeftOut(name, "", "no manifest can hold its name"))
        return None
    if snapshot.parent is not None and snapshot.parent not in declared:
        left.append(LeftOut(name, "", f"its parent {snapshot.parent} is left out"))
        return None
    labels = dict(mark.labels) if mark else {}
    whole = DesiredSnapshot(
        name=name,
        parent=snapshot.parent,
        position=NOWHERE,
        description=snapshot.description or None,
        labels=tuple(sorted(labels.items())) or None,
        protect=snapshot.protected or None,
        memory=Memory(snapshot.memory.kind),
        disks=tuple(_disks(snapshot)) or None,
    )
    found = as_marked(whole, snapshot) or whole
    return _fitting(found, left)


def _disks(snapshot: Snapshot) -> Iterator[SnapshotDisk]:
    for disk in sorted(snapshot.disks, key=lambda each: each.target):
        yield SnapshotDisk(disk.target, disk.kind)


def _fitting(entry: DesiredSnapshot, left: list[LeftOut]) -> DesiredSnapshot:
    """The entry without the values that the schema, or XML, keeps out of a manifest."""
    text = entry.description or ""
    if not declarable_description(text):
        why = "it is too long" if "\r" not in text else "it has carriage returns"
        left.append(LeftOut(entry.name, "description", why))
        entry = replace(entry, description=None)
    if entry.labels is not None and not _labels_fit(entry.labels):
        left.append(LeftOut(entry.name, "labels", "no manifest can hold them"))
        entry = replace(entry, labels=None)
    if entry.disks is not None:
        fit = tuple(d for d in entry.disks if _declarable("disks", {d.target: str(d.kind)}))
        if len(fit) < len(entry.disks):
            left.append(LeftOut(entry.name, "disks", "a target is none that a manifest can hold"))
            entry = replace(entry, disks=fit or None)
    return entry


def declarable_description(text: str) -> bool:
    """Whether a manifest can hold it: not too long, and with no line ending but LF."""
    return len(text.encode()) <= LONGEST_DESCRIPTION and "\r" not in text


def _labels_fit(labels: tuple[tuple[str, str], ...]) -> bool:
    """YAML takes no longer text for a key without a sign before it."""
    short = all(len(scalar(key)) < LONGEST_KEY for key, _ in labels)
    return short and _declarable("labels", dict(labels))


def _declarable(key: str, value: object) -> bool:
    """Whether the schema takes the value under this key of an entry, or of a document."""
    if key == "domain":
        return not schema.document_violations(
            {"apiVersion": "reconcile/v1", "snapshots": [None], key: value}
        )
    return not schema.entry_violations({"name": "x", key: value})


def _is_owned(snapshot: Snapshot, entry: DesiredSnapshot) -> bool:
    """Whether nothing of it would be adopted: its mark is this entry's, or it can hold none."""
    if snapshot.mark is None:
        return not snapshot.has_domain
    return snapshot.mark.digest == digest(entry)
