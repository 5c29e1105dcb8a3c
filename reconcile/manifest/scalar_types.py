"""Types for scalars, taken from the schema: YAML's own guesses are never used.

Where the schema wants a string, `2024-01-01`, `on` and `010` stay what was written; where it
wants true or false, only these two words are. What fits no type is left for the schema to refuse.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from types import MappingProxyType

from reconcile.manifest import schema
from reconcile.manifest.nodes import MappingNode, Node, ScalarNode, SequenceNode

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = MappingProxyType({"true": True, "false": False})
_INTEGER = re.compile(r"(?:0|-?[1-9][0-9]{0,17})\Z")


@dataclass(frozen=True, slots=True)
class ExpectedTypes:
    """The types that the schema allows in one place. `opaque`: checked elsewhere, or not at all.

    `limit`: how many items or keys the schema allows there.
    """

    types: frozenset[str] = frozenset()
    keys: Mapping[str, "ExpectedTypes"] = field(default_factory=lambda: MappingProxyType({}))
    other: "ExpectedTypes | None" = None
    items: "ExpectedTypes | None" = None
    opaque: bool = False
    limit: int | None = None

    @property
    def end(self) -> int | None:
        """How many items or keys to look at: one above the limit shows that there are too many."""
        return None if self.limit is None else self.limit + 1


_OPAQUE = ExpectedTypes(opaque=True)


@cache
def document_types() -> ExpectedTypes:
    """The types that a document expects; its entries are opaque."""
    return expected_types(schema.document())


@cache
def entry_types() -> ExpectedTypes:
    """The types that one entry expects; its children are opaque."""
    return expected_types(schema.entry())


def convert(node: Node, expected: ExpectedTypes) -> Json:
    """A node as plain data. Unknown keys and opaque places become None; `null` does, too.

    Of a list or mapping that is too long, one item more is converted than is allowed.
    """
    if expected.opaque:
        return None
    match node:
        case ScalarNode():
            return _scalar(node, expected.types)
        case SequenceNode():
            below = expected.items or _OPAQUE
            return [convert(item, below) for item in node.items[: expected.end]]
        case MappingNode():
            keys, other = expected.keys, expected.other or _OPAQUE
            return {
                key: convert(value, keys.get(key, other))
                for key, (_, value) in islice(node.pairs.items(), expected.end)
            }


def _scalar(node: ScalarNode, types: frozenset[str]) -> Json:
    text = node.text
    if not node.plain:
        return text
    if text in NULLS:
        return None
    if "boolean" in types and text in _BOOLEANS:
        return _BOOLEANS[text]
    if "integer" in types and _INTEGER.match(text):
        return int(text)
    return text


def expected_types(part: object) -> ExpectedTypes:
    """What a schema without references expects, as far as it says so."""
    if not isinstance(part, dict):
        return _OPAQUE
    branches = [expected_types(branch) for branch in part.get("anyOf", ())]
    own = {part["type"]} if "type" in part else set()
    keys = {key: expected_types(value) for key, value in part.get("properties", {}).items()}
    for branch in branches:
        own |= branch.types
        keys |= branch.keys
    return ExpectedTypes(
        frozenset(own),
        MappingProxyType(keys),
        expected_types(part["additionalProperties"]) if "additionalProperties" in part else None,
        expected_types(part["items"]) if "items" in part else None,
        limit=part.get("maxItems", part.get("maxProperties")),
    )
