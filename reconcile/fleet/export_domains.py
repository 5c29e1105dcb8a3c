"""Exports: everything of a domain's snapshots but the images, as files that bring the tree back.

Restored by `reconcile apply FOLDER`, or without it by the shell script that lies beside the dumps.
"""

import hashlib
import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reconcile import __version__
from reconcile.errors import ExportChangedError
from reconcile.libvirt.connection import Connection
from reconcile.libvirt.shown_uri import shown
from reconcile.manifest.file_name import stem
from reconcile.manifest.import_tree import ImportedTree, import_tree
from reconcile.manifest.snapshot_facts import comments
from reconcile.manifest.write_document import document
from reconcile.model.domain import Domain
from reconcile.model.identity import DomainId
from reconcile.model.images import ImageGraph
from reconcile.model.left_out import LeftOut
from reconcile.model.snapshot import DiskKind, MemoryKind, Snapshot
from reconcile.observe.domain import observe_domain
from reconcile.observe.host_files import HostFiles
from reconcile.observe.image_graph import observe_images
from reconcile.plan.preconditions import FactRequest

FORMAT = "1.0"
TRIES = 3
HEAD = (
    "Restores the metadata of these snapshots: `reconcile apply` with this folder.",
    "The images are not in it; index.json lists them.",
)


@dataclass(frozen=True, slots=True)
class Export:
    """One domain's export: the folder's name, and the text of each file by its name."""

    id: DomainId
    folder: str
    files: Mapping[str, str]
    snapshots: int
    left_out: tuple[LeftOut, ...]


def export_domain(host: Connection, domain: DomainId) -> Export:
    """The export of a domain, read over a connection that may write: only such one tells secrets.

    Raises HostError, and ExportChangedError where somebody works on its snapshots meanwhile.
    """
    handle = host.domain(domain)
    handle.require_write()
    for _ in range(TRIES):
        before = observe_domain(handle)
        dumps = {each.name: handle.secure_xml(each.name) for each in before.tree}
        definition = handle.kept_definition()
        if observe_domain(handle).tree == before.tree:
            return _export(host, domain, before, dumps, definition)
    raise ExportChangedError(domain.name)


def _export(
    host: Connection, domain: DomainId, found: Domain, dumps: Mapping[str, str], definition: str
) -> Export:
    order = [*restoring_order(found)]
    width = len(str(len(order)))
    names = {
        each.name: f"{number:0{width}}-{stem(each.name)}.xml"
        for number, each in enumerate(order, start=1)
    }
    imported = import_tree(found)
    files = {names[each.name]: dumps[each.name] for each in order}
    files["domain.xml"] = definition
    if imported.desired.snapshots:
        files["manifest.yaml"] = _manifest(imported, names, found)
    files["restore.sh"] = _script(found, order, names)
    files["index.json"] = _index(host, found, order, names, files)
    return Export(domain, stem(domain.name), files, len(order), imported.left_out)


def restoring_order(domain: Domain) -> Iterator[Snapshot]:
    """Parents first, and the current one as late as its children let it."""
    tree = domain.tree
    last = set(tree.lineage(tree.current))

    def late_first(parent: str | None) -> list[str]:
        return sorted(tree.children(parent), key=lambda name: (name in last, name), reverse=True)

    waiting = late_first(None)
    while waiting:
        name = waiting.pop()
        yield tree[name]
        waiting.extend(late_first(name))


def _manifest(imported: ImportedTree, names: Mapping[str, str], domain: Domain) -> str:
    """What was declared or can be, each entry with its dump; nothing becomes owned by it."""
    entries = tuple(
        replace(each, redefine_from=names[each.name]) for each in imported.desired.snapshots
    )
    tree = replace(imported.desired, adopt=False, snapshots=entries)
    return document(tree, comments(domain), HEAD)


def _script(domain: Domain, order: list[Snapshot], names: Mapping[str, str]) -> str:
    """Plain calls of virsh; options for it, such as -c URI, are those of the script."""
    lines = [
        "#!/bin/sh",
        "# Restores the metadata of the snapshots without reconcile: sh restore.sh [-c URI]",
        "# The domain has to be there, with this UUID and with its images: see index.json.",
        "set -eu",
        'cd "$(dirname "$0")"',
        f"domain={shlex.quote(domain.uuid)}",
    ]
    for each in order:
        flags = "--redefine --current" if each.name == domain.tree.current else "--redefine"
        file = shlex.quote(names[each.name])
        lines.append(f'virsh "$@" snapshot-create --domain "$domain" --xmlfile {file} {flags}')
    return "\n".join(lines) + "\n"


def _index(
    host: Connection,
    domain: Domain,
    order: list[Snapshot],
    names: Mapping[str, str],
    files: Mapping[str, str],
) -> str:
    """What is in the folder, with digests, and which images have to be where it is restored."""
    images = _images(host, domain)
    listed = {
        "format_version": FORMAT,
        "tool_version": __version__,
        "domain": domain.name,
        "uuid": domain.uuid,
        "connect": shown(host.uri),
        "libvirt": host.capabilities().version,
        "current": domain.tree.current,
        "disks": {
            disk.target: [disk.path, *(images.below(disk.path) or disk.backing)]
            for disk in domain.disks
            if disk.path
        },
        "snapshots": [_entry(each, names[each.name], images) for each in order],
        "files": {name: f"sha256:{_digest(text)}" for name, text in sorted(files.items())},
    }
    return json.dumps(listed, indent=2) + "\n"


def _images(host: Connection, domain: Domain) -> ImageGraph:
    """What the images say of each other, as far as they can be seen from here."""
    if host.capabilities().test_driver:
        return ImageGraph()
    paths = {disk.path for disk in domain.disks if disk.path}
    paths |= {path for each in domain.tree for _, path in each.base}
    request = FactRequest(paths=tuple(sorted(paths)), chains=True)
    return observe_images(host, request, [domain], HostFiles(host))


def _entry(snapshot: Snapshot, file: str, images: ImageGraph) -> dict[str, object]:
    """One snapshot: its dump, and the images that hold its data, the top one first."""
    memory = snapshot.memory
    inside = [disk.target for disk in snapshot.disks if disk.kind is DiskKind.INTERNAL]
    return {
        "name": snapshot.name,
        "parent": snapshot.parent,
        "file": file,
        "state": str(snapshot.state),
        "memory": memory.file if memory.kind is MemoryKind.EXTERNAL else str(memory.kind),
        "tags": inside,
        "chains": {
            target: [path, *(images.below(path) or ())]
            for target, path in snapshot.base
            if snapshot.disk(target)
        },
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
