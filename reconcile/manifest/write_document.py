"""A declared tree as the text of a manifest: short, in a stable order, and read back the same.

Values that most entries share stand once, under `defaults:`. Trees of a few levels are nested;
deeper ones are a flat list, each entry with its `parent`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from reconcile.manifest.yaml_scalar import block, scalar
from reconcile.model.desired import Current, DesiredSnapshot, DesiredTree, Prune
from reconcile.model.snapshot import DiskKind, Memory, SnapshotDisk

SCHEMA_NAME: Final = "manifest-v1"
SCHEMA: Final = f"{SCHEMA_NAME}.schema.json"
SCHEMA_LINE: Final = f"yaml-language-server: $schema={SCHEMA}"
DEEPEST: Final = 6  # levels that are nested

Comments = Mapping[str, str]
"""One line of comment for each snapshot, by its name."""


def document(tree: DesiredTree, comments: Comments, head: Iterable[str] = (SCHEMA_LINE,)) -> str:
    """The whole text of a manifest; `head` are lines of comment at its beginning.

    Written are: domains, `connect`, `prune`, `adopt`, a plain `current`, and of entries all that
    is compared, with `redefine-from`. Paths of `redefine-from` are written without their folder.
    """
    shared, entries = _hoisted(tree.snapshots)
    lines = [
        *(f"# {line}" for line in head),
        "apiVersion: reconcile/v1",
        *_settings(tree),
        *_defaults(shared),
        "snapshots:",
        *_snapshots(entries, comments),
    ]
    return "\n".join(lines) + "\n"


def entry_lines(entry: DesiredSnapshot, indent: int, comment: str | None = None) -> Iterator[str]:
    """One entry as an item of a list, without children and parent."""
    yield f"{' ' * indent}- name: {scalar(entry.name)}{f'  # {comment}' if comment else ''}"
    yield from (f"{' ' * (indent + 2)}{line}" for line in _keys(entry, indent + 2))


@dataclass(frozen=True, slots=True)
class _Shared:
    """What stands under `defaults:`."""

    memory: Memory | None = None
    disks: tuple[SnapshotDisk, ...] = ()


def _settings(tree: DesiredTree) -> Iterator[str]:
    """What is said of the tree as a whole, as far as it is not the schema's default."""
    if tree.several:
        yield f"domains: [{', '.join(map(scalar, tree.domains))}]"
    else:
        yield f"domain: {scalar(tree.domains[0])}"
    if tree.connect is not None:
        yield f"connect: {scalar(tree.connect)}"
    if tree.prune is not Prune.OWNED:
        yield f"prune: {tree.prune}"
    if not tree.adopt:
        yield "adopt: false  # remove this line to own what is declared here"
    if tree.current is not None:
        yield f"current: {_current(tree.current)}"


def _current(current: Current) -> str:
    return scalar(current.snapshot)


def _defaults(shared: _Shared) -> Iterator[str]:
    if shared == _Shared():
        return
    yield "defaults:"
    if shared.memory is not None:
        yield f"  memory: {_memory(shared.memory)}"
    if shared.disks:
        yield f"  disks: {_disks(shared.disks)}"


def _hoisted(
    entries: tuple[DesiredSnapshot, ...],
) -> tuple[_Shared, tuple[DesiredSnapshot, ...]]:
    """What most entries say, where every entry says something of it, and the entries without it.

    An entry cannot take back a default. Defaults reach no entry that is restored from a dump.
    """
    if len(entries) < 2 or any(each.redefine_from for each in entries):  # noqa: PLR2004 - one shares with nobody
        return _Shared(), entries
    shared = _Shared(_most([each.memory for each in entries]), tuple(_common_disks(entries)))
    return shared, tuple(_without(each, shared) for each in entries)


def _most(values: list[Memory | None]) -> Memory | None:
    """The commonest one, the first of equals; None where any entry has none."""
    return None if None in values else Counter(values).most_common(1)[0][0]


def _common_disks(entries: tuple[DesiredSnapshot, ...]) -> Iterator[SnapshotDisk]:
    for target in sorted({disk.target for entry in entries for disk in entry.disks or ()}):
        found = [_disk(entry, target) for entry in entries]
        if None not in found:
            common = Counter(found).most_common(1)[0][0]
            if common is not None:
                yield common


def _disk(entry: DesiredSnapshot, target: str) -> SnapshotDisk | None:
    return next((disk for disk in entry.disks or () if disk.target == target), None)


def _without(entry: DesiredSnapshot, shared: _Shared) -> DesiredSnapshot:
    """The entry with only those values that the defaults do not give it."""
    disks = tuple(disk for disk in entry.disks or () if disk not in shared.disks)
    bare = disks or (None if shared.disks else entry.disks)
    memory = None if entry.memory == shared.memory else entry.memory
    return replace(entry, memory=memory, disks=bare)


def _snapshots(entries: tuple[DesiredSnapshot, ...], comments: Comments) -> Iterator[str]:
    """The entries, which come parents first, nested or flat."""
    levels: dict[str | None, int] = {None: -1}
    for entry in entries:
        levels[entry.name] = levels[entry.parent] + 1
    if max(levels.values()) >= DEEPEST:
        yield from _flat(entries, comments)
    else:
        yield from _nested(entries, levels, comments)


def _flat(entries: tuple[DesiredSnapshot, ...], comments: Comments) -> Iterator[str]:
    for entry in entries:
        first, *rest = entry_lines(entry, 2, comments.get(entry.name))
        yield first
        if entry.parent is not None:
            yield f"    parent: {scalar(entry.parent)}"
        yield from rest


def _nested(
    entries: tuple[DesiredSnapshot, ...], levels: Mapping[str | None, int], comments: Comments
) -> Iterator[str]:
    """Each entry with its children below it, without recursion."""
    children: dict[str | None, list[DesiredSnapshot]] = {}
    for entry in entries:
        children.setdefault(entry.parent, []).append(entry)
    waiting = [*reversed(children.get(None, []))]
    while waiting:
        entry = waiting.pop()
        indent = 2 + 4 * levels[entry.name]
        yield from entry_lines(entry, indent, comments.get(entry.name))
        below = children.get(entry.name, [])
        if below:
            yield f"{' ' * indent}  children:"
        waiting.extend(reversed(below))


def _keys(entry: DesiredSnapshot, indent: int) -> Iterator[str]:
    """The keys of an entry but its name, each as a line, or as a block of several."""
    if entry.description is not None:
        yield f"description: {block(entry.description, indent + 2)}"
    if entry.labels is not None:
        yield f"labels: {_flow(entry.labels)}"
    if entry.protect is not None:
        yield f"protect: {str(entry.protect).lower()}"
    if entry.memory is not None:
        yield f"memory: {_memory(entry.memory)}"
    if entry.disks is not None:
        yield f"disks: {_disks(entry.disks)}"
    if entry.redefine_from is not None:
        yield f"redefine-from: {scalar(PurePosixPath(entry.redefine_from).name)}"


def _flow(pairs: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{scalar(key)}: {scalar(value)}" for key, value in pairs) + "}"


def _memory(memory: Memory) -> str:
    return str(memory.kind) if memory.file is None else f"{{external: {scalar(memory.file)}}}"


def _disks(disks: Iterable[SnapshotDisk]) -> str:
    return "{" + ", ".join(f"{scalar(each.target)}: {_kind(each)}" for each in disks) + "}"


def _kind(disk: SnapshotDisk) -> str:
    if disk.file is None and disk.driver is None:
        return str(disk.kind)
    values = (("file", disk.file), ("driver", disk.driver))
    said = (f", {key}: {scalar(value)}" for key, value in values if value is not None)
    return f"{{snapshot: {DiskKind(disk.kind)}{''.join(said)}}}"
