"""The pipeline: paths in, trees out, or every problem of every file in one error."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from reconcile.errors import ManifestError, Problem
from reconcile.manifest import build, checks, entries, files, schema, yaml_nodes
from reconcile.manifest.domain_conflicts import check as check_domains
from reconcile.manifest.entries import Document
from reconcile.manifest.messages import explain
from reconcile.manifest.nodes import MappingNode, Node, ScalarNode, find, key_path, position
from reconcile.manifest.schema import Violation
from reconcile.model.desired import DesiredTree, Position


def load(paths: Sequence[Path]) -> tuple[DesiredTree, ...]:
    """Read manifests from files and directories, one tree per YAML document, in path order.

    Raises ManifestError with every problem of every file. `revision` is left unset.
    """
    with _collector_paused():
        return _load(paths)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No cycles are made here, and walking a growing heap again and again doubles the time."""
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
    told += check_domains(documents)
    if told:
        raise ManifestError(_in_file_order(told, found))
    return tuple(map(build.tree, documents))


def _read(path: Path) -> tuple[list[Document], list[Problem]]:
    source = files.read(path)
    if isinstance(source, Problem):
        return [], [source]
    file = str(path)
    composed = yaml_nodes.compose(source.text, file)
    problems = list(composed.problems)
    documents: list[Document] = []
    for node in composed.documents:
        if _empty(node):
            problems.append(_empty_document(position(node, file)))
        else:
            documents.append(entries.read(node, file, path.parent))
            problems += _check(documents[-1])
    if not composed.documents and not composed.problems:
        problems.append(_empty_file(file))
    return documents, problems


def _empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.plain and not node.text


def _empty_file(file: str) -> Problem:
    remedy = "write a manifest, or remove the file; an empty one never means empty trees"
    return Problem(Position(file, 1, 1), "", "the file is empty", remedy)


def _empty_document(where: Position) -> Problem:
    return Problem(where, "", "the document is empty", "remove the `---` that starts it")


def _check(document: Document) -> Iterator[Problem]:
    for violation in schema.document_violations(document.data):
        yield _problem(violation, document.node, document.file, "")
    for entry in document.entries:
        for violation in schema.entry_violations(entry.data):
            yield _problem(violation, entry.node, entry.file, entry.place)
    yield from checks.check(document)


def _problem(violation: Violation, start: Node, file: str, place: str) -> Problem:
    node = _key(start, violation) if violation.about_key else find(start, violation.path)
    message, remedy = explain(violation, node)
    return Problem(position(node, file), key_path(place, violation.path), message, remedy)


def _key(start: Node, violation: Violation) -> Node:
    table = find(start, violation.path[:-1])
    last = violation.path[-1]
    found = isinstance(table, MappingNode) and isinstance(last, str) and table.pairs.get(last)
    return found[0] if found else table


def _in_file_order(problems: Iterable[Problem], found: Iterable[Path]) -> tuple[Problem, ...]:
    """Those of the paths themselves first, then file by file, top down, each once."""
    order = {str(path): index for index, path in enumerate(found)}

    def key(problem: Problem) -> tuple[int, int, int]:
        where = problem.position
        return order.get(where.file, -1), where.line, where.column

    return tuple(sorted(dict.fromkeys(problems), key=key))
