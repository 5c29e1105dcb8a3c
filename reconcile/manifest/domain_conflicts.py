"""Across documents: no domain has two trees, as far as that can be told without a host."""

from collections.abc import Iterable, Iterator

from reconcile.errors import Problem
from reconcile.manifest.entries import Document, indexed_texts, text
from reconcile.manifest.nodes import PathPart, key_path, quoted
from reconcile.model.desired import Position

Selector = tuple[tuple[PathPart, ...], str]


def check(documents: Iterable[Document]) -> Iterator[Problem]:
    """Domains that two documents name in the same words for the same connection."""
    first: dict[tuple[str | None, str], Position] = {}
    owner: dict[tuple[str | None, str], Document] = {}
    for document in documents:
        connect = text(document.data, "connect")
        for path, name in _selectors(document):
            where = document.at(*path)
            seen = first.setdefault((connect, name), where)
            if owner.setdefault((connect, name), document) is not document:
                message = f"domain {quoted(name)} has another document, at {seen}"
                yield Problem(where, key_path("", path), message, "merge the two into one")


def _selectors(document: Document) -> Iterator[Selector]:
    name = text(document.data, "domain")
    if name is not None:
        yield ("domain",), name
    for index, name in indexed_texts(document.data, "domains"):
        yield ("domains", index), name
