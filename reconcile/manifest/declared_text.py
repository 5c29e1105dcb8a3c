"""What a manifest's text declares, entry by entry as it is written: to compare before and after."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconcile.manifest import yaml_nodes
from reconcile.manifest.entries import read
from reconcile.manifest.files import STANDARD_INPUT
from reconcile.manifest.nodes import MappingNode, Node, ScalarNode, SequenceNode
from reconcile.manifest.splice import LISTS, BlockedError

Plain = object  # a text, a list or a dictionary of such: scalars as they are written
Keys = Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Declared:
    """`head` is the document without its entries, `entries` each with its parent, by name.

    `others` are the other documents of the file.
    """

    head: Keys
    entries: Mapping[str, tuple[str | None, Keys]]
    others: tuple[Plain, ...]

    def parent(self, name: str) -> str | None:
        """The name of the entry that this one hangs on."""
        return self.entries[name][0]

    def children(self, name: str) -> tuple[str, ...]:
        """The names of the entries that hang on this one."""
        return tuple(each for each, (parent, _) in self.entries.items() if parent == name)

    def with_value(self, entry: str | None, keys: tuple[str, ...], value: Plain) -> "Declared":
        """The document with a value under keys of an entry, or of itself where `entry` is None."""
        if entry is None:
            return replace(self, head=_with(self.head, keys, value))
        parent, own = self.entries[entry]
        return self._with_entry(entry, parent, _with(own, keys, value))

    def without(self, entry: str | None, keys: tuple[str, ...]) -> "Declared":
        """The document without these keys, and without what would be left empty."""
        if entry is None:
            return replace(self, head=_without(self.head, keys))
        parent, own = self.entries[entry]
        return self._with_entry(entry, parent, _without(own, keys))

    def with_entry(self, name: str, parent: str | None, keys: Keys) -> "Declared":
        """The document with one entry more."""
        return self._with_entry(name, parent, {"name": name, **keys})

    def without_entry(self, name: str) -> "Declared":
        """The document without an entry; the entries below it hang on its parent."""
        parent = self.parent(name)
        below = {each: (parent, self.entries[each][1]) for each in self.children(name)}
        rest = {**self.entries, **below}
        del rest[name]
        return replace(self, entries=rest)

    def moved(self, name: str, parent: str | None) -> "Declared":
        """The document with another parent for an entry."""
        return self._with_entry(name, parent, self.entries[name][1])

    def _with_entry(self, name: str, parent: str | None, keys: Keys) -> "Declared":
        return replace(self, entries={**self.entries, name: (parent, keys)})


def declared(text: str, document: int) -> Declared:
    """What one document of a manifest declares. Raises BlockedError where it cannot be read."""
    composed = yaml_nodes.compose(text, "")
    if composed.problems or document >= len(composed.documents):
        raise BlockedError("nothing could be read any more")
    node = composed.documents[document]
    others = (each for index, each in enumerate(composed.documents) if index != document)
    entries: dict[str, tuple[str | None, Keys]] = {}
    for entry in read(node, "", STANDARD_INPUT).entries:
        if entry.name is None or entry.name in entries:
            raise BlockedError("two entries would have one name")
        entries[entry.name] = entry.parent, _keys(entry.node, {"children", "parent"})
    return Declared(_keys(node, set(LISTS)), entries, tuple(map(_plain, others)))


def _keys(node: Node, left_out: set[str]) -> Keys:
    if not isinstance(node, MappingNode):
        raise BlockedError("a list or a word stands where a mapping is expected")
    return {key: _plain(value) for key, (_, value) in node.pairs.items() if key not in left_out}


def _plain(node: Node) -> Plain:
    match node:
        case ScalarNode():
            return node.text
        case SequenceNode():
            return [_plain(each) for each in node.items]
        case MappingNode():
            return {key: _plain(value) for key, (_, value) in node.pairs.items()}


def _with(mapping: Keys, keys: tuple[str, ...], value: Plain) -> Keys:
    first, *rest = keys
    if not rest:
        return {**mapping, first: value}
    below = mapping.get(first)
    return {**mapping, first: _with(below if isinstance(below, dict) else {}, tuple(rest), value)}


def _without(mapping: Keys, keys: tuple[str, ...]) -> Keys:
    first, *rest = keys
    left = dict(mapping)
    below = left.pop(first, None)
    if rest and isinstance(below, dict):
        inner = _without(below, tuple(rest))
        if inner:
            left[first] = inner
    return left
