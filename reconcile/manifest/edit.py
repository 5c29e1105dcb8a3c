"""Edits of a manifest that a person wrote: each changes what it means, and nothing else.

Every edit is spliced into the text (`splice`), and what came out is read again: it must declare
what the edit means and, in all other documents and entries, what was declared before. An edit for
which that cannot be done is handed back with the lines that a person can paste.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from reconcile.manifest import splice, yaml_nodes
from reconcile.manifest.declared_text import Declared, declared
from reconcile.manifest.edits import (
    AddEntry,
    Edit,
    MoveEntry,
    RemoveEntry,
    RemoveKey,
    SetKey,
    Value,
    entry_lines,
    flow,
    pasted,
    plain,
)
from reconcile.manifest.nodes import MappingNode, Node, ScalarNode, SequenceNode
from reconcile.manifest.splice import BlockedError, Item
from reconcile.manifest.yaml_scalar import scalar


@dataclass(frozen=True, slots=True)
class Blocked:
    """An edit that was not made, why not, and the lines that say the same."""

    edit: Edit
    why: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """The text with all edits that could be made, and those that could not."""

    text: str
    blocked: tuple[Blocked, ...]


def edited(text: str, document: int, edits: Iterable[Edit]) -> Edited:
    """Make edits in one document of a valid manifest; documents are counted from 0.

    `text` is without a byte order mark, with its line endings as they are.
    """
    blocked: list[Blocked] = []
    for edit in edits:
        try:
            text = _proved(text, document, edit)
        except BlockedError as error:
            blocked.append(Blocked(edit, str(error), pasted(edit)))
    return Edited(text, tuple(blocked))


def _proved(text: str, document: int, edit: Edit) -> str:
    made = _made(text, document, edit)
    if declared(made, document) != _meant(declared(text, document), edit):
        raise BlockedError("changing it alone would change what else is declared")
    return made


def _meant(before: Declared, edit: Edit) -> Declared:
    match edit:
        case SetKey(entry, keys, value):
            return before.with_value(entry, keys, plain(value))
        case RemoveKey(entry, keys):
            return before.without(entry, keys)
        case AddEntry(name, parent, keys):
            own = {key: plain(value) for key, value in keys.items()}
            return before.with_entry(name, parent, own)
        case RemoveEntry(name):
            return before.without_entry(name)
        case MoveEntry(name, parent):
            return before.moved(name, parent)
        case _:
            assert_never(edit)


def _made(text: str, document: int, edit: Edit) -> str:
    root = _root(text, document)
    match edit:
        case SetKey(entry, keys, value):
            return _set(text, _mapping(root, entry), keys, value)
        case RemoveKey(entry, keys):
            return _removed(text, _mapping(root, entry), keys)
        case AddEntry(name, parent, keys):
            return _added(text, root, parent, (name, keys))
        case RemoveEntry(name):
            return _without_entry(text, document, name)
        case MoveEntry(name, parent):
            there = declared(text, document).parent(name) == parent
            return text if there else _moved(text, document, name, parent)
        case _:
            assert_never(edit)


def _root(text: str, document: int) -> MappingNode:
    root = yaml_nodes.compose(text, "").documents[document]
    if not isinstance(root, MappingNode):
        raise BlockedError("the document is no mapping")
    return root


def _mapping(root: MappingNode, entry: str | None) -> MappingNode:
    return root if entry is None else _as_mapping(_item(root, entry).node)


def _as_mapping(node: Node) -> MappingNode:
    if not isinstance(node, MappingNode) or node.alias:
        raise BlockedError("an alias stands there")
    return node


def _item(root: MappingNode, name: str) -> Item:
    """The entry of this name, at whatever depth."""
    waiting: list[tuple[MappingNode, str]] = [(root, "snapshots")]
    while waiting:
        owner, key = waiting.pop()
        items = owner.value(key)
        if not isinstance(items, SequenceNode):
            continue
        for index, node in enumerate(items.items):
            if isinstance(node, MappingNode):
                named = node.value("name")
                if isinstance(named, ScalarNode) and named.text == name:
                    return Item(owner, key, items, index)
                waiting.append((node, "children"))
    raise BlockedError("there is no entry of that name")


def _set(text: str, mapping: MappingNode, keys: tuple[str, ...], value: Value) -> str:
    first, *rest = keys
    pair = mapping.pairs.get(first)
    if pair is None:
        for key in reversed(rest):
            value = {key: value}
        return splice.with_key(text, mapping, scalar(first), flow(value))
    if not rest:
        return splice.with_value(text, *pair, flow(value))
    if not isinstance(pair[1], MappingNode):
        below: Value = value
        for key in reversed(rest):
            below = {key: below}
        return splice.with_value(text, *pair, flow(below))
    return _set(text, _as_mapping(pair[1]), tuple(rest), value)


def _removed(text: str, mapping: MappingNode, keys: tuple[str, ...]) -> str:
    first, *rest = keys
    below = mapping.value(first)
    if below is None:
        return text
    if rest and isinstance(below, MappingNode) and len(below.pairs) > 1:
        return _removed(text, _as_mapping(below), tuple(rest))
    return splice.without_key(text, mapping, first)


def _added(
    text: str, root: MappingNode, parent: str | None, entry: tuple[str, Mapping[str, Value]]
) -> str:
    """Nested where its parent is written in lines, else in the flat form."""
    name, keys = entry
    if parent is not None:
        owner = _as_mapping(_item(root, parent).node)
        if not owner.flow:
            return _appended(text, owner, "children", lambda: entry_lines(name, keys))
        keys = {"parent": parent, **keys}
    return _appended(text, root, "snapshots", lambda: entry_lines(name, keys))


def _appended(text: str, owner: MappingNode, key: str, lines: Callable[[], Iterable[str]]) -> str:
    """The text with one more item at the end of a list, which is made where there is none."""
    items = owner.value(key)
    ending = splice.newline(text)
    if items is None or (isinstance(items, SequenceNode) and not items.items):
        column = min(each.column for each, _ in owner.pairs.values())
        below = ending.join(f"{' ' * (column + 2)}{line}" for line in lines())
        if items is None:
            return splice.with_key(text, owner, key, f"{ending}{below}")
        raise BlockedError("the list is empty")
    if not isinstance(items, SequenceNode) or items.alias or items.flow:
        raise BlockedError("the list is not written as lines with dashes")
    blank = " " * splice.column(text, splice.dash(text, items.items[0]))
    joined = ending.join(f"{blank}{line}" for line in lines())
    return splice.with_lines(text, splice.behind(text, items), joined)


def _without_entry(text: str, document: int, name: str) -> str:
    root = _root(text, document)
    before = declared(text, document)
    parent, below = before.parent(name), before.children(name)
    item = _item(root, name)
    children = _as_mapping(item.node).value("children")
    if children is None:
        if item.key == "snapshots" and len(item.items.items) == 1:
            raise BlockedError("it is the last entry of the document")
        text = splice.without_item(text, item)
    else:
        text = _lifted(text, item, children)
    for each in below:  # of the flat form, and what came to stand at the top
        if declared(text, document).parent(each) != parent:
            text = _moved(text, document, each, parent)
    return text


def _lifted(text: str, item: Item, children: Node) -> str:
    """The children of an entry in the place of the entry."""
    if not isinstance(children, SequenceNode) or children.flow or children.alias or item.items.flow:
        raise BlockedError("what hangs on it is not written as lines with dashes")
    first = splice.dash(text, children.items[0])
    by = splice.column(text, splice.dash(text, item.node)) - splice.column(text, first)
    start, end = splice.item_lines(text, item.node)
    begin = splice.item_lines(text, children.items[0])[0]
    lines = text[begin : splice.behind(text, children)]
    return text[:start] + splice.indented(lines, by) + text[end:]


def _moved(text: str, document: int, name: str, parent: str | None) -> str:
    """By its key `parent`; a nested entry becomes one of the flat form first."""
    root = _root(text, document)
    item = _item(root, name)
    if item.key == "children":
        text = _unnested(text, root, item)
    mapping = _mapping(_root(text, document), name)
    if parent is not None:
        return _set(text, mapping, ("parent",), parent)
    return text if mapping.value("parent") is None else _removed(text, mapping, ("parent",))


def _unnested(text: str, root: MappingNode, item: Item) -> str:
    """A nested entry, with all below it, at the end of the document's own list."""
    top = root.value("snapshots")
    if not isinstance(top, SequenceNode) or top.flow or item.items.flow:
        raise BlockedError("it is not written as lines with dashes")
    by = splice.column(text, splice.dash(text, top.items[0]))
    by -= splice.column(text, splice.dash(text, item.node))
    start, end = splice.item_lines(text, item.node)
    begin = splice.with_comments(text, start)
    lines = splice.indented(text[begin:end], by).rstrip("\r\n")
    text = splice.with_lines(text, splice.behind(text, top), lines)
    text = splice.without_item(text, item)
    return text[:begin] + text[start:] if len(item.items.items) > 1 else text
