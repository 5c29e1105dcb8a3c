"""`DesiredTree` values made of valid data: defaults merged, parents first. Raises nothing."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconcile.manifest.checks import by_name
from reconcile.manifest.entries import Document, Entry
from reconcile.manifest.nodes import ScalarNode, find
from reconcile.model.desired import (
    Capture,
    Current,
    DesiredSnapshot,
    DesiredTree,
    Limits,
    Metadata,
    Prune,
    RevertWhen,
    RunState,
    Via,
    When,
)
from reconcile.model.hazard import Hazard
from reconcile.model.snapshot import DiskKind, Memory, MemoryKind, SnapshotDisk

Data = Mapping[str, Any]  # the schema has proved the types that are read from it


def tree(document: Document) -> DesiredTree:
    """The tree that a valid document declares."""
    data: Any = document.data
    defaults = data.get("defaults", {})
    entries = parents_first(document.entries)
    return DesiredTree(
        domains=(data["domain"],) if "domain" in data else tuple(data["domains"]),
        position=document.at(),
        several="domains" in data,
        connect=data.get("connect"),
        prune=Prune(data.get("prune", Prune.OWNED)),
        adopt=data.get("adopt", True),
        ignore=tuple(data.get("ignore", ())),
        forget=tuple(data.get("forget", ())),
        allow=frozenset(map(Hazard, data.get("allow", ()))),
        limits=Limits(**data.get("limits", {})),
        current=_current(data.get("current")),
        snapshots=tuple(_snapshot(entry, defaults, document) for entry in entries),
    )


def parents_first(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries in file order, except that an entry waits for its ancestors; without recursion."""
    entries = tuple(entries)
    named = by_name(entries)
    done: set[str | None] = set()
    for entry in entries:
        line: list[Entry] = []
        waiting: Entry | None = entry
        while waiting is not None and waiting.name not in done:
            line.append(waiting)
            done.add(waiting.name)
            waiting = named.get(waiting.parent) if waiting.parent is not None else None
        yield from reversed(line)


def _current(data: str | Data | None) -> Current | None:
    if data is None:
        return None
    if isinstance(data, str):
        return Current(data)
    return Current(
        snapshot=data["snapshot"],
        revert=RevertWhen(data.get("revert", RevertWhen.WHEN_NEEDED)),
        run_state=RunState(data.get("run-state", RunState.AS_CAPTURED)),
        force=data.get("force", False),
        reset_nvram=data.get("reset-nvram", False),
        via=Via(data.get("via", Via.REVERT)),
    )


def _snapshot(entry: Entry, defaults: Data, document: Document) -> DesiredSnapshot:
    own: Any = entry.data
    # What exists already was not taken by these defaults.
    kinds = {} if "redefine-from" in own or "clone-of" in own else defaults
    source = own.get("redefine-from")
    return DesiredSnapshot(
        name=own["name"],
        parent=entry.parent,
        position=entry.position,
        description=_description(entry, own.get("description")),
        labels=_labels(own.get("labels")),
        protect=own.get("protect"),
        memory=_memory(own.get("memory", kinds.get("memory"))),
        disks=_disks(own.get("disks"), kinds.get("disks")),
        capture=_capture({**defaults.get("capture", {}), **own.get("capture", {})}),
        renamed_from=own.get("renamed-from"),
        redefine_from=None if source is None else str(document.folder / source),
        clone_of=own.get("clone-of"),
    )


def _description(entry: Entry, text: str | None) -> str | None:
    """As libvirt will give it back: XML has only LF, and a block scalar's last one is YAML's."""
    if text is None:
        return None
    node = find(entry.node, ("description",))
    if isinstance(node, ScalarNode) and node.block:
        text = text.removesuffix("\n")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _labels(data: Data | None) -> tuple[tuple[str, str], ...] | None:
    return None if data is None else tuple(sorted(data.items()))


def _memory(data: str | Data | None) -> Memory | None:
    match data:
        case None:
            return None
        case str():
            return Memory(MemoryKind(data))
        case _:
            return Memory(MemoryKind.EXTERNAL, data["external"])


def _disks(own: Data | None, default: Data | None) -> tuple[SnapshotDisk, ...] | None:
    if own is None and default is None:
        return None
    merged = {**(default or {}), **(own or {})}
    return tuple(_disk(target, merged[target]) for target in sorted(merged))


def _disk(target: str, data: str | Data) -> SnapshotDisk:
    if isinstance(data, str):
        return SnapshotDisk(target, DiskKind(data))
    return SnapshotDisk(target, DiskKind(data["snapshot"]), data.get("file"), data.get("driver"))


def _capture(data: Data) -> Capture:
    if not data:
        return _CAPTURE
    return Capture(
        when=When(data.get("when", _CAPTURE.when)),
        quiesce=data.get("quiesce", _CAPTURE.quiesce),
        live=data.get("live", _CAPTURE.live),
        halt=data.get("halt", _CAPTURE.halt),
        reuse_files=data.get("reuse-files", _CAPTURE.reuse_files),
        metadata=Metadata(data.get("metadata", _CAPTURE.metadata)),
        atomic=data.get("atomic", _CAPTURE.atomic),
    )


_CAPTURE = Capture()
