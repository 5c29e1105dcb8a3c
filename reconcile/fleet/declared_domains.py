"""Which domains of a host the manifests of a folder declare already, and where."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import ManifestError, Problem, SharedManifestError
from reconcile.libvirt.connection import Connection
from reconcile.manifest.assignment import assign
from reconcile.manifest.files import Source, read
from reconcile.manifest.load import load
from reconcile.model.desired import DesiredTree
from reconcile.model.hosts import DeclaredHost
from reconcile.model.identity import DomainId


@dataclass(frozen=True, slots=True)
class DeclaredDomain:
    """The document of one domain: the number of it in its file, counted from 0, and all its text.

    `text` is without a byte order mark, with its line endings as they are.
    """

    path: Path
    document: int
    text: str
    desired: DesiredTree


def declared_domains(
    folder: Path, host: Connection, chosen: Sequence[DomainId], declared: DeclaredHost
) -> Mapping[str, DeclaredDomain]:
    """The documents of the chosen domains, by UUID; none where there is no such folder.

    Documents whose `connect` names another host than `declared` does are of that one.
    Raises ManifestError, and SharedManifestError for a document that declares several domains.
    """
    if not folder.is_dir() or not any(_manifests(folder)):
        return {}
    known = {None, declared.uri, declared.name, host.uri}
    trees = [*_numbered(load([folder]))]
    here = [tree for tree, _ in trees if tree.connect in known]
    numbers = {id(tree): number for tree, number in trees}
    uuids = {domain.uuid for domain in chosen}
    targets = assign(here, host.domains(), host.uri).targets
    return {
        target.id.uuid: _declared(target.desired, numbers[id(target.desired)], target.id.name)
        for target in targets
        if target.id.uuid in uuids
    }


def _manifests(folder: Path) -> Iterator[Path]:
    for suffix in ("yaml", "yml"):
        yield from folder.rglob(f"*.{suffix}")


def _numbered(trees: Sequence[DesiredTree]) -> Iterator[tuple[DesiredTree, int]]:
    """Each tree with the number of its document; a file that could be read has one tree in each."""
    seen: Counter[str] = Counter()
    for tree in trees:
        yield tree, seen[tree.position.file]
        seen[tree.position.file] += 1


def _declared(tree: DesiredTree, number: int, domain: str) -> DeclaredDomain:
    path = Path(tree.position.file)
    if tree.several:
        raise SharedManifestError(str(tree.position), domain)
    source = read(path)
    match source:
        case Source():
            return DeclaredDomain(path, number, source.text, tree)
        case Problem():  # somebody changed it since it was loaded
            raise ManifestError((source,))
