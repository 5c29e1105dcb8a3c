"""A declaration as the document that a person would edit, and back through the real loader."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from reconcile.manifest import load
from reconcile.model.desired import Capture, Current, DesiredSnapshot, DesiredTree, Limits
from reconcile.model.snapshot import DiskKind, Memory, SnapshotDisk

Document = dict[str, Any]


def document(tree: DesiredTree) -> Document:
    """The manifest of a tree, every entry in its flat form; what comes from options is left out."""
    found: Document = {
        "apiVersion": "reconcile/v1",
        "domain": tree.domains[0],
        "prune": str(tree.prune),
        "adopt": tree.adopt,
        "ignore": list(tree.ignore),
        "forget": list(tree.forget),
        "allow": sorted(map(str, tree.allow)),
        "snapshots": [_entry(each) for each in tree.snapshots],
    }
    if tree.limits != Limits():
        found["limits"] = {"deletes": tree.limits.deletes}
    if tree.current is not None:
        found["current"] = _current(tree.current)
    return found


def loaded(edited: Document, folder: Path) -> DesiredTree:
    """What the document declares; ManifestError where it is no valid manifest."""
    path = folder / "web01.yaml"
    path.write_text(yaml.safe_dump(edited, sort_keys=False))
    (tree,) = load.load([path])
    return tree


def _current(current: Current) -> Document:
    return {
        "snapshot": current.snapshot,
        "revert": str(current.revert),
        "run-state": str(current.run_state),
        "force": current.force,
        "reset-nvram": current.reset_nvram,
        "via": str(current.via),
    }


def _entry(entry: DesiredSnapshot) -> Document:
    return dict(_keys(entry))


def _keys(entry: DesiredSnapshot) -> Iterator[tuple[str, Any]]:
    yield "name", entry.name
    texts = {
        "parent": entry.parent,
        "description": entry.description,
        "protect": entry.protect,
        "renamed-from": entry.renamed_from,
        "redefine-from": entry.redefine_from,
        "clone-of": entry.clone_of,
    }
    yield from ((key, value) for key, value in texts.items() if value is not None)
    if entry.labels is not None:
        yield "labels", dict(entry.labels)
    if entry.memory is not None:
        yield "memory", _memory(entry.memory)
    if entry.disks is not None:
        yield "disks", {disk.target: _disk(disk) for disk in entry.disks}
    if entry.capture != Capture():
        yield "capture", dict(_capture(entry.capture))


def _memory(memory: Memory) -> Any:  # noqa: ANN401 - any JSON value
    return {"external": memory.file} if memory.file else str(memory.kind)


def _disk(disk: SnapshotDisk) -> Any:  # noqa: ANN401 - any JSON value
    if disk.kind is not DiskKind.EXTERNAL or not (disk.file or disk.driver):
        return str(disk.kind)
    said = {"snapshot": "external", "file": disk.file, "driver": disk.driver}
    return {key: value for key, value in said.items() if value}


def _capture(capture: Capture) -> Iterator[tuple[str, Any]]:
    yield "when", str(capture.when)
    yield "metadata", str(capture.metadata)
    yield "atomic", capture.atomic
    flags = {
        "quiesce": capture.quiesce,
        "live": capture.live,
        "halt": capture.halt,
        "reuse-files": capture.reuse_files,
    }
    yield from flags.items()
