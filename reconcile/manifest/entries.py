"""Documents and their entries, flat: nested and flat manifests are alike once read here."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from reconcile.manifest.nodes import MappingNode, Node, SequenceNode, find, position
from reconcile.manifest.scalar_types import Json, convert, document_types, entry_types
from reconcile.manifest.schema import entry_limit
from reconcile.model.desired import Position


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry under `snapshots`, at whatever depth.

    `data` is the entry's mapping, typed but perhaps not valid; `above` is the entry it is nested
    in.
    """

    node: Node
    file: str
    place: str
    data: Json
    above: "Entry | None"

    @property
    def name(self) -> str | None:
        """The entry's name; None where it is missing or no string."""
        return text(self.data, "name")

    @property
    def parent(self) -> str | None:
        """The name of the entry's parent, by nesting or by the key `parent`; None for a root."""
        return self.above.name if self.above else text(self.data, "parent")

    @property
    def position(self) -> Position:
        """The position at which the entry starts in its file."""
        return position(self.node, self.file)

    def at(self, key: str) -> Position:
        """The position of a key's value, or of the entry where the key is missing."""
        return position(find(self.node, (key,)), self.file)


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: `data` is the document without its entries, which are in file order."""

    node: Node
    file: str
    folder: Path
    data: Json
    entries: tuple[Entry, ...]

    def at(self, *path: str | int) -> Position:
        """The position of the value at a path, or of the deepest value on the way that exists."""
        return position(find(self.node, path), self.file)


def read(node: Node, file: str, folder: Path) -> Document:
    """The document that a node holds, valid or not; of too many entries one more than allowed."""
    data = convert(node, document_types())
    entries = islice(_flatten(node, file), entry_limit() + 1)
    return Document(node, file, folder, data, tuple(entries))


def text(data: Json, key: str) -> str | None:
    """The string under a key; None where the key is missing or its value no string."""
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else None


def texts(data: Json, key: str) -> tuple[str, ...]:
    """The strings in the list under a key; empty where there is no list."""
    return tuple(item for _, item in indexed_texts(data, key))


def indexed_texts(data: Json, key: str) -> Iterator[tuple[int, str]]:
    """The strings in the list under a key, each with its place in the list, from 0."""
    value = data.get(key) if isinstance(data, dict) else None
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str):
            yield index, item


def _flatten(node: Node, file: str) -> Iterator[Entry]:
    """Entries in file order, a parent before what is nested in it; without recursion."""
    waiting = [*reversed(list(_items(node, "snapshots", "", None)))]
    while waiting:
        item, place, above = waiting.pop()
        entry = Entry(item, file, place, convert(item, entry_types()), above)
        yield entry
        waiting.extend(reversed(list(_items(item, "children", f"{place}.", entry))))


def _items(
    node: Node, key: str, place: str, above: Entry | None
) -> Iterator[tuple[Node, str, Entry | None]]:
    below = node.value(key) if isinstance(node, MappingNode) else None
    if isinstance(below, SequenceNode):
        for index, item in enumerate(below.items):
            yield item, f"{place}{key}[{index}]", above
