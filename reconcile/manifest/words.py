"""What the schema forbids, in words: what is wrong, and what to write instead."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from reconcile.manifest.nodes import Node, Scalar, quoted
from reconcile.manifest.schema import Fault
from reconcile.manifest.shape import NULLS

_TYPES = {
    "string": "a string",
    "boolean": "true or false",
    "integer": "a whole number",
    "array": "a list",
    "object": "a mapping",
}
_TRUE = frozenset({"true", "yes", "on", "y", "1"})
_FALSE = frozenset({"false", "no", "off", "n", "0"})
_LONG_WORD = 64
_MANY_WORDS = 100

Words = tuple[str, str]
_Branch = Mapping[str, Any]


def explain(fault: Fault, node: Node) -> Words:
    """Message and remedy for a fault; `node` is the value, or the key if that is wrong."""
    words = _WORDS.get(fault.keyword)
    if words is None:
        return f"does not fit the schema ({fault.keyword})", "see the schema of manifests"
    return words(fault, node)


def suggest(word: str, known: Collection[str]) -> str | None:
    """The known word that was probably meant; None where looking would take too long."""
    if len(word) > _LONG_WORD or len(known) > _MANY_WORDS:
        return None
    return next(iter(get_close_matches(word, known, n=1)), None)


def shown(value: object) -> str:
    """A value for people, on one line and not too long."""
    match value:
        case str():
            return quoted(value)
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case None:
            return "nothing"
        case _:
            return json.dumps(value)


def _unknown_key(fault: Fault, _node: Node) -> Words:
    key, known = str(fault.value), fault.expected
    meant = suggest(key, known)
    remedy = f"did you mean `{meant}`?" if meant else f"known here: {', '.join(known)}"
    return f"unknown key {quoted(key)}", remedy


def _missing(fault: Fault, _node: Node) -> Words:
    present = fault.value if isinstance(fault.value, dict) else {}
    keys = [key for key in fault.expected if key not in present]
    return f"lacks {_listed(keys)}", f"add {' and '.join(_example(key, fault) for key in keys)}"


def _example(key: str, fault: Fault) -> str:
    examples = fault.schema.get("properties", {}).get(key, {}).get("examples", ("…",))
    example = examples[0]
    written = example if isinstance(example, str) else json.dumps(example)
    return f"`{key}: {written}`"


def _wrong_type(fault: Fault, node: Node) -> Words:
    types = [fault.expected] if isinstance(fault.expected, str) else list(fault.expected)
    words = fault.schema.get("enum")
    wanted = f"one of {', '.join(words)}" if words else " or ".join(_TYPES[name] for name in types)
    if isinstance(node, Scalar) and node.plain and node.text in NULLS:
        return _nothing(node, wanted)
    value = node.text if isinstance(node, Scalar) else fault.value
    return f"is {shown(value)}, not {wanted}", _type_remedy(types, wanted, node)


def _nothing(node: Scalar, wanted: str) -> Words:
    if not node.text:
        return "is empty", f"write {wanted}, or remove the key"
    remedy = f'remove the key, or write "{node.text}" if that very text is meant'
    return f"`{node.text}` says nothing; {wanted} is expected", remedy


def _type_remedy(types: list[str], wanted: str, node: Node) -> str:
    if types == ["boolean"] and isinstance(node, Scalar):
        word = node.text.lower()
        if word in _TRUE | _FALSE:
            return f"write {'true' if word in _TRUE else 'false'}, without quotes"
    return f"write {wanted}"


def _no_such_word(fault: Fault, _node: Node) -> Words:
    word, known = str(fault.value), fault.expected
    remedy = f"write one of: {', '.join(known)}"
    if word in _FALSE and "none" in known:
        remedy = "write none, which stands for libvirt's `no`"
    elif meant := suggest(word, known):
        remedy = f"did you mean `{meant}`?"
    return f"{quoted(word)} is not a word known here", remedy


def _other_word(fault: Fault, _node: Node) -> Words:
    message = fault.schema.get("errorMessage", "is not allowed here")
    return f"{shown(fault.value)} {message}", f"write {fault.expected}"


def _twice(fault: Fault, _node: Node) -> Words:
    return f"{shown(fault.value)} comes twice", "remove one of them"


def _pattern(fault: Fault, node: Node) -> Words:
    text = node.text if isinstance(node, Scalar) else str(fault.value)
    line = text.removesuffix("\n")
    if line != text and "\n" not in line:
        key = fault.path[-1] if isinstance(fault.path[-1], str) else "-"
        return f"{quoted(text)} ends in a newline", f'use "{key}: {line}"'
    # The schema holds both in one annotation that editors show, too.
    message, _, remedy = fault.schema["patternErrorMessage"].partition("; ")
    return f"{quoted(text)} {message}", remedy


def _bound(fault: Fault, _node: Node) -> Words:
    match fault.keyword:
        case "minLength":
            return "is empty", "write a value, or remove the key"
        case "minItems" if fault.path == ("snapshots",):
            return "declares no snapshot", "declare at least one; no entry never means delete all"
        case "minItems":
            return "is an empty list", "name at least one"
        case "maxLength":
            return f"is longer than {fault.expected:,} characters", "shorten it"
        case _:
            return (
                f"is {fault.value}, less than {fault.expected}",
                f"write {fault.expected} or more",
            )


def _exclusive(fault: Fault, _node: Node) -> Words:
    keys = _required_keys(fault.expected)
    if fault.keyword == "oneOf" and not set(keys) & set(_keys(fault.value)):
        return f"has neither {' nor '.join(f'`{key}`' for key in keys)}", f"add `{keys[0]}: NAME`"
    return f"has both {_listed(keys)}, which exclude each other", "remove one of them"


def _required_keys(part: list[_Branch] | _Branch) -> list[str]:
    branches = part if isinstance(part, list) else [part]
    return [key for branch in branches for key in branch["required"]]


def _keys(value: object) -> Iterable[str]:
    return value if isinstance(value, dict) else ()


def _listed(keys: list[str]) -> str:
    return " and ".join(f"`{key}`" for key in keys)


_WORDS: Mapping[str, Callable[[Fault, Node], Words]] = MappingProxyType(
    {
        "additionalProperties": _unknown_key,
        "required": _missing,
        "type": _wrong_type,
        "enum": _no_such_word,
        "const": _other_word,
        "pattern": _pattern,
        "minLength": _bound,
        "maxLength": _bound,
        "minItems": _bound,
        "minimum": _bound,
        "uniqueItems": _twice,
        "oneOf": _exclusive,
        "not": _exclusive,
    }
)
