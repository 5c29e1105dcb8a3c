"""Domains that two documents declare, as far as that can be told without a host."""

from collections.abc import Iterable, Iterator

from reconcile.errors import Problem
from reconcile.manifest.entries import Document, indexed_texts, text
from reconcile.manifest.nodes import PathPart, key_path, quoted

Path = tuple[PathPart, ...]
Selector = tuple[Path, str]


def check(documents: Iterable[Document]) -> Iterator[Problem]:
    """A problem for each domain that two documents name in the same words for one connection."""
    owners: dict[tuple[str | None, str], list[tuple[Document, Path]]] = {}
    for document in documents:
        connect = text(document.data, "connect")
        for path, name in _selectors(document):
            places = owners.setdefault((connect, name), [])
            if not places or places[-1][0] is not document:
                places.append((document, path))
    for (_, name), places in owners.items():
        if len(places) > 1:
            yield _conflict(name, places)


def _conflict(name: str, places: list[tuple[Document, Path]]) -> Problem:
    (first, first_path), (second, path), *rest = places
    more = f", and {len(rest):,} more" if rest else ""
    message = f"domain {quoted(name)} has another document, at {first.at(*first_path)}{more}"
    return Problem(second.at(*path), key_path("", path), message, "merge them into one")


def _selectors(document: Document) -> Iterator[Selector]:
    name = text(document.data, "domain")
    if name is not None:
        yield ("domain",), name
    for index, name in indexed_texts(document.data, "domains"):
        yield ("domains", index), name
