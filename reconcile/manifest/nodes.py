"""YAML nodes of three kinds, which remember their position in the file.

They hold no types yet: `scalar_types` gives a scalar the type that the schema wants in its place.

`start` and `end` are offsets into the text of the file, in characters, for `edit`. What a block
collection ends with, and a block scalar, may have blank lines and comments before `end`. An anchor
is part of its node. `alias`: an alias stands there for a node that is elsewhere.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reconcile.model.desired import Position

PathPart = str | int

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}\Z")
_SHOWN_LENGTH = 60


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A YAML scalar as written. `style` is its quote or block sign, empty for a plain scalar."""

    line: int
    column: int
    text: str
    style: str = ""
    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)
    alias: bool = field(default=False, compare=False, repr=False)

    @property
    def plain(self) -> bool:
        """Whether the scalar has no quotes, so that YAML readers guess its type."""
        return not self.style

    @property
    def block(self) -> bool:
        """Whether the scalar is a `|` or `>` block, which ends in a newline of YAML's own."""
        return self.style in {"|", ">"}


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A YAML sequence: its items in order."""

    line: int
    column: int
    items: tuple["Node", ...]
    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)
    alias: bool = field(default=False, compare=False, repr=False)
    flow: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A YAML mapping by the text of its keys: each value with the key it was written under."""

    line: int
    column: int
    pairs: Mapping[str, tuple[ScalarNode, "Node"]]
    start: int = field(default=0, compare=False, repr=False)
    end: int = field(default=0, compare=False, repr=False)
    alias: bool = field(default=False, compare=False, repr=False)
    flow: bool = field(default=False, compare=False, repr=False)

    def value(self, key: str) -> "Node | None":
        """The value under a key; None where the key is missing."""
        pair = self.pairs.get(key)
        return pair[1] if pair else None


Node = ScalarNode | SequenceNode | MappingNode


def position(node: Node, file: str) -> Position:
    """The position at which a node starts; lines and columns count from 1."""
    return Position(file, node.line + 1, node.column + 1)


def find(node: Node, path: Iterable[PathPart]) -> Node:
    """The node at a path, or the deepest node on the way that exists."""
    for step in path:
        below = _below(node, step)
        if below is None:
            return node
        node = below
    return node


def _below(node: Node, step: PathPart) -> Node | None:
    match node, step:
        case MappingNode(), str():
            return node.value(step)
        case SequenceNode(), int() if step < len(node.items):
            return node.items[step]
        case _:
            return None


def key_path(start: str, path: Iterable[PathPart]) -> str:
    """A path of keys and indexes as text: `snapshots[2].disks.vda`."""
    words = start
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else f".{_key(step)}" if words else _key(step)
    return words


def _key(key: str) -> str:
    return key if _BARE_KEY.match(key) else quoted(key)


def quoted(text: str) -> str:
    """A value for people: in quotes, on one line, without control characters, cut if long."""
    written = json.dumps(shortened(text), ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in written)


def shortened(text: str) -> str:
    """A text of at most 60 characters, cut with an ellipsis."""
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 1] + "…"
