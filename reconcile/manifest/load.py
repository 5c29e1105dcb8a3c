"""Manifests loaded: from paths to trees, or to one error that holds all problems."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from reconcile.errors import ManifestError, Problem
from reconcile.errors.manifest import PROBLEM_LIMIT
from reconcile.manifest import (
    build,
    checks,
    domain_conflicts,
    entries,
    files,
    schema,
    yaml_nodes,
)
from reconcile.manifest.entries import Document
from reconcile.manifest.files import Source
from reconcile.manifest.messages import problem_of, root_causes
from reconcile.manifest.nodes import Node, ScalarNode, position
from reconcile.model.desired import DesiredTree, Position


def load(paths: Sequence[Path]) -> tuple[DesiredTree, ...]:
    """Read manifests from files and directories, one tree per YAML document, in path order.

    The path `-` is standard input. `revision` is left unset. Raises ManifestError with the
    problems of all files; reading ends with the file in which they become more than PROBLEM_LIMIT.
    """
    with _collector_paused():
        return _load(paths)


def load_text(text: str, file: str) -> tuple[DesiredTree, ...]:
    """Read the manifest that this text is; `file` is its name in positions and messages.

    Raises ManifestError.
    """
    documents, problems = _documents(Source(Path(file), text))
    told = [*problems, *domain_conflicts.check(documents)]
    if told:
        raise ManifestError(tuple(told), complete=len(told) <= PROBLEM_LIMIT)
    return tuple(map(build.tree, documents))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Loading without the garbage collector, which would take as long again.

    It walks the growing heap again and again, and nothing that is made here holds a cycle.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _load(paths: Sequence[Path]) -> tuple[DesiredTree, ...]:
    found, problems = files.find(paths)
    documents: list[Document] = []
    told = list(problems)
    for path in found:
        read, wrong = _read(path)
        documents += read
        told += wrong
        if len(told) > PROBLEM_LIMIT:
            break
    told += domain_conflicts.check(documents)
    if told:
        raise ManifestError(_in_file_order(told, found), complete=len(told) <= PROBLEM_LIMIT)
    return tuple(map(build.tree, documents))


def _read(path: Path) -> tuple[list[Document], list[Problem]]:
    source = files.read(path)
    return ([], [source]) if isinstance(source, Problem) else _documents(source)


def _documents(source: Source) -> tuple[list[Document], list[Problem]]:
    path, file = source.path, str(source.path)
    composed = yaml_nodes.compose(source.text, file)
    problems = list(composed.problems)
    if not source.says_version and (problems or not all(map(_empty, composed.documents))):
        return [], [_no_manifest(file)]
    documents: list[Document] = []
    for node in composed.documents:
        if _empty(node):
            problems.append(_empty_document(position(node, file)))
        else:
            documents.append(entries.read(node, file, path.parent))
            problems += islice(_check(documents[-1]), PROBLEM_LIMIT + 1)
        if len(problems) > PROBLEM_LIMIT:
            break
    if not composed.documents and not composed.problems:
        problems.append(_empty_file(file))
    return documents, problems


def _no_manifest(file: str) -> Problem:
    """Nothing of the file is shown: it may be a secret that a link or a mistake led to."""
    message = "is no manifest: it does not say `apiVersion: reconcile/v1`"
    remedy = "write that in its first line, or leave the file out"
    return Problem(Position(file, 1, 1), "", message, remedy)


def _empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.plain and not node.text


def _empty_file(file: str) -> Problem:
    remedy = "write a manifest, or remove the file; an empty one never means empty trees"
    return Problem(Position(file, 1, 1), "", "the file is empty", remedy)


def _empty_document(where: Position) -> Problem:
    return Problem(where, "", "the document is empty", "remove the `---` that starts it")


def _check(document: Document) -> Iterator[Problem]:
    for violation in root_causes(schema.document_violations(document.data)):
        yield problem_of(violation, document.node, document.file, "")
    for entry in document.entries:
        for violation in root_causes(schema.entry_violations(entry.data)):
            yield problem_of(violation, entry.node, entry.file, entry.place)
    yield from checks.check(document)


def _in_file_order(problems: Iterable[Problem], found: Iterable[Path]) -> tuple[Problem, ...]:
    """Problems of the paths themselves first, then file by file, top down, each problem once."""
    order = {str(path): index for index, path in enumerate(found)}

    def key(problem: Problem) -> tuple[int, int, int]:
        where = problem.position
        return order.get(where.file, -1), where.line, where.column

    return tuple(sorted(dict.fromkeys(problems), key=key))
