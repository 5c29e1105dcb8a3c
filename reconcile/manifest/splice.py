"""Changes to the text of a manifest at the offsets of its nodes; all else stays byte for byte.

Only what YAML lets be changed on its own is: block style line by line, flow style within one line.
Everything here raises BlockedError for the rest: aliases, anchors, flow style of several lines.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconcile.manifest.nodes import MappingNode, Node, ScalarNode, SequenceNode

LISTS = ("snapshots", "children")  # keys that stay behind all others of their mapping


class BlockedError(Exception):
    """The text cannot be changed there without touching more of it; the message says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list: the mapping `owner` has the list under `key`."""

    owner: MappingNode
    key: str
    items: SequenceNode
    index: int

    @property
    def node(self) -> Node:
        """The node of the item in the list."""
        return self.items.items[self.index]


def newline(text: str) -> str:
    """The line ending that the file uses."""
    return "\r\n" if "\r\n" in text else "\n"


def with_value(text: str, key: ScalarNode, value: Node, new: str) -> str:
    """The text with another value under a key; `new` is of one line."""
    _require_own(text, value)
    end = last(text, value)
    if isinstance(value, ScalarNode) or value.flow:
        blank = "" if value.start > 0 and text[value.start - 1].isspace() else " "
        return f"{text[: value.start]}{blank}{new}{text[end:]}"
    colon = _colon(text, key)
    _require_blank(text[colon + 1 : value.start])
    return f"{text[: colon + 1]} {new}{text[end:]}"


def with_key(text: str, mapping: MappingNode, key: str, value: str) -> str:
    """The text with one more key; `value` may begin with a line break and have lines of its own."""
    _require_own(text, mapping, inside=False)
    if mapping.flow:
        at = mapping.start + 1 + len(text[mapping.start + 1 : mapping.end - 1].rstrip())
        comma = {"{": "", ",": " "}.get(text[at - 1], ", ")
        return f"{text[:at]}{comma}{key}: {value}{text[at:]}"
    pairs = _ordered(mapping)
    before = [pair for pair in pairs if pair[0].text not in LISTS] or pairs
    if key in LISTS:
        before = pairs
    blank = "" if value[:1] in {"\r", "\n"} else " "
    line = f"{' ' * pairs[0][0].column}{key}:{blank}{value}"
    return with_lines(text, _line_end(text, last(text, before[-1][1])), line)


def without_key(text: str, mapping: MappingNode, key: str) -> str:
    """The text without a key and its value."""
    _require_own(text, mapping, inside=False)
    pairs = _ordered(mapping)
    index = [each.text for each, _ in pairs].index(key)
    parts = [(each.start, last(text, value)) for each, value in pairs]
    if mapping.flow:
        return _without_part(text, parts, index)
    if len(pairs) == 1:
        raise BlockedError("nothing would be left of its mapping")
    start, end = parts[index]
    line = _line_start(text, start)
    if text[line:start].strip():  # behind the dash of an item, where the next key moves to
        if index + 1 == len(parts):
            raise BlockedError("it stands on one line with other things")
        _require_blank(text[end : parts[index + 1][0]])
        return text[:start] + text[parts[index + 1][0] :]
    return text[:line] + text[_line_end(text, end) :]


def without_item(text: str, item: Item) -> str:
    """The text without an item of a list; without the list, too, if it was the only one."""
    if len(item.items.items) == 1:
        return without_key(text, item.owner, item.key)
    _require_own(text, item.items, inside=False)
    if item.items.flow:
        parts = [(each.start, last(text, each)) for each in item.items.items]
        return _without_part(text, parts, item.index)
    start, end = item_lines(text, item.node)
    return text[:start] + text[end:]


def item_lines(text: str, node: Node) -> tuple[int, int]:
    """The offsets between which the lines of an item of a block list are."""
    return _line_start(text, dash(text, node)), _line_end(text, last(text, node))


def with_comments(text: str, start: int) -> int:
    """The start of the comments right above a line, which begins at `start`, of its own indent."""
    indent = " " * (len(text[start:]) - len(text[start:].lstrip(" ")))
    while start > 0:
        above = _line_start(text, start - 1)
        if not text.startswith(f"{indent}#", above):
            break
        start = above
    return start


def dash(text: str, node: Node) -> int:
    """The offset of the dash of an item of a block list."""
    if node.alias:
        raise BlockedError("an alias stands there")
    at = len(text[: node.start].rstrip()) - 1
    if at < 0 or text[at] != "-" or text[_line_start(text, at) : at].strip():
        raise BlockedError("it is not an item on lines of its own")
    return at


def column(text: str, offset: int) -> int:
    """The column of an offset, counted from 0."""
    return offset - _line_start(text, offset)


def indented(lines: str, by: int) -> str:
    """Lines moved to the right, or to the left where `by` is negative."""
    return "".join(_moved(line, by) for line in lines_of(lines))


def lines_of(text: str) -> list[str]:
    """The lines of a text with their line breaks, which alone end a line here."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def with_lines(text: str, at: int, lines: str) -> str:
    """The text with these lines, which do not end in a line break, at the start of a line."""
    if at == len(text) and text and not text.endswith("\n"):
        return f"{text}{newline(text)}{lines}"
    return f"{text[:at]}{lines}{newline(text)}{text[at:]}"


def behind(text: str, node: Node) -> int:
    """The start of the line behind a node of block style."""
    return _line_end(text, last(text, node))


def last(text: str, node: Node) -> int:
    """The offset behind the last character of a node, without what may follow it."""
    while not (isinstance(node, ScalarNode) or node.alias or node.flow):
        node = _ordered(node)[-1][1] if isinstance(node, MappingNode) else node.items[-1]
    if isinstance(node, ScalarNode) and node.block and not node.alias:
        return node.start + len(text[node.start : node.end].rstrip())
    return node.end


def _moved(line: str, by: int) -> str:
    if not line.strip():
        return line
    if by >= 0:
        return " " * by + line
    blank = len(line) - len(line.lstrip(" "))
    if blank < -by and not line.lstrip().startswith("#"):
        raise BlockedError("its lines cannot be moved to the left")
    return line[min(blank, -by) :]


def _ordered(mapping: MappingNode) -> list[tuple[ScalarNode, Node]]:
    """The pairs of a mapping in the order of the text."""
    return sorted(mapping.pairs.values(), key=lambda pair: pair[0].start)


def _without_part(text: str, parts: Sequence[tuple[int, int]], index: int) -> str:
    """A flow collection without one of its parts and one comma."""
    start, end = parts[index]
    if index + 1 < len(parts):
        return text[:start] + text[parts[index + 1][0] :]
    if index > 0:
        return text[: parts[index - 1][1]] + text[end:]
    return text[:start] + text[end:]


def _require_own(text: str, node: Node, *, inside: bool = True) -> None:
    """Nothing but this one place means the node; `inside`: nor anything in it."""
    for each in _all(node) if inside else (node,):
        if each.alias:
            raise BlockedError("an alias stands there")
        if text.startswith("&", each.start):
            raise BlockedError("an anchor stands there, for which aliases may stand elsewhere")
        if not isinstance(each, ScalarNode) and each.flow and "\n" in text[each.start : each.end]:
            raise BlockedError("a flow collection of several lines stands there")


def _all(node: Node) -> Iterator[Node]:
    """The node and everything in it, as far as no alias is between."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        if each.alias:
            continue
        if isinstance(each, MappingNode):
            waiting += [value for _, value in each.pairs.values()]
        elif isinstance(each, SequenceNode):
            waiting += each.items


def _colon(text: str, key: ScalarNode) -> int:
    at = len(text) - len(text[key.end :].lstrip())
    if not text.startswith(":", at):
        raise BlockedError("its key is not followed by a colon")
    return at


def _require_blank(text: str) -> None:
    if text.strip():
        raise BlockedError("a comment stands in between")


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def _line_end(text: str, offset: int) -> int:
    """The start of the next line, or the end of the text."""
    found = text.find("\n", offset)
    return len(text) if found < 0 else found + 1
