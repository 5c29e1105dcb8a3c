"""Words for what the schema forbids: what is wrong, and what to write instead."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice
from types import MappingProxyType
from typing import Any

from reconcile.errors import Problem
from reconcile.manifest.nodes import (
    MappingNode,
    Node,
    PathPart,
    ScalarNode,
    find,
    key_path,
    position,
    quoted,
)
from reconcile.manifest.scalar_types import NULLS
from reconcile.manifest.schema import Violation

_TYPES = {
    "string": "a string",
    "boolean": "true or false",
    "integer": "a whole number",
    "array": "a list",
    "object": "a mapping",
}
_TRUE = frozenset({"true", "yes", "on", "y", "1"})
_FALSE = frozenset({"false", "no", "off", "n", "0"})
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")
_LONG_WORD = 64
_MANY_NAMES = 100

Wording = tuple[str, str]
_Branch = Mapping[str, Any]


def explain(violation: Violation, node: Node) -> Wording:
    """The message and remedy for a violation; `node` is the value, or the key if that is wrong."""
    wording = _WORDINGS.get(violation.keyword)
    if wording is None:
        return f"does not fit the schema ({violation.keyword})", "see the schema of manifests"
    return wording(violation, node)


def problem_of(violation: Violation, start: Node, file: str, place: str = "") -> Problem:
    """A root cause with its position; `start` is the node that its path begins at."""
    node = _key(start, violation) if violation.about_key else find(start, violation.path)
    message, remedy = explain(violation, node)
    return Problem(position(node, file), key_path(place, violation.path), message, remedy)


def _key(start: Node, violation: Violation) -> Node:
    table = find(start, violation.path[:-1])
    last = violation.path[-1]
    found = isinstance(table, MappingNode) and isinstance(last, str) and table.pairs.get(last)
    return found[0] if found else table


def root_causes(violations: Iterable[Violation]) -> Iterator[Violation]:
    """The violations without those that are only the consequence of a misspelt key.

    A key that is missing under its own name, and meant by an unknown one beside it, is not missing.
    """
    found = [*violations]
    for violation in found:
        match violation.keyword:
            case "required":
                present = {*_keys(violation.value), *_meant(violation.path, found)}
                missing = tuple(key for key in violation.expected if key not in present)
                if missing:
                    yield replace(violation, expected=missing)
            case "oneOf" if {*_required_keys(violation.expected)} & _meant(violation.path, found):
                pass
            case _:
                yield violation


def _meant(path: tuple[PathPart, ...], found: Iterable[Violation]) -> set[str]:
    """The keys that unknown keys of one mapping are probably meant for."""
    unknown = (
        violation
        for violation in found
        if violation.keyword == "additionalProperties" and violation.path[:-1] == path
    )
    first = islice(unknown, _MANY_NAMES)
    suggested = (suggest(str(violation.value), violation.expected) for violation in first)
    return {key for key in suggested if key is not None}


def suggest(word: str, known: Collection[str]) -> str | None:
    """The known word that was probably meant; None where finding it would take too long."""
    if len(word) > _LONG_WORD or len(known) > _MANY_NAMES:
        return None
    return next(iter(get_close_matches(word, known, n=1)), None)


def shown(value: object) -> str:
    """A value for people: on one line, and cut where it is long."""
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


def _unknown_key(violation: Violation, _node: Node) -> Wording:
    key, known = str(violation.value), violation.expected
    meant = suggest(key, known)
    remedy = f"did you mean `{meant}`?" if meant else f"known here: {', '.join(known)}"
    return f"unknown key {quoted(key)}", remedy


def _missing(violation: Violation, _node: Node) -> Wording:
    keys = violation.expected
    return f"lacks {_listed(keys)}", f"add {' and '.join(_example(key, violation) for key in keys)}"


def _example(key: str, violation: Violation) -> str:
    examples = violation.schema.get("properties", {}).get(key, {}).get("examples", ("…",))
    example = examples[0]
    written = example if isinstance(example, str) else json.dumps(example)
    return f"`{key}: {written}`"


def _wrong_type(violation: Violation, node: Node) -> Wording:
    expected = violation.expected
    types = [expected] if isinstance(expected, str) else list(expected)
    enum = violation.schema.get("enum")
    wanted = f"one of {', '.join(enum)}" if enum else " or ".join(_TYPES[name] for name in types)
    if isinstance(node, ScalarNode) and node.plain and node.text in NULLS:
        return _nothing(node, wanted)
    value = node.text if isinstance(node, ScalarNode) else violation.value
    remedy = _entry_remedy(violation, node) or _type_remedy(types, wanted, node)
    return f"is {shown(value)}, not {wanted}", remedy


def _entry_remedy(violation: Violation, node: Node) -> str | None:
    """For a list of names where entries are meant: `- base` instead of `- name: base`."""
    is_entry = not violation.path and violation.schema.get("required") == ["name"]
    if is_entry and isinstance(node, ScalarNode) and _PLAIN_NAME.fullmatch(node.text):
        return f"write `- name: {node.text}`"
    return None


def _nothing(node: ScalarNode, wanted: str) -> Wording:
    if not node.text:
        return "is empty", f"write {wanted}, or remove the key"
    remedy = f'remove the key, or write "{node.text}" if that very text is meant'
    return f"`{node.text}` says nothing; {wanted} is expected", remedy


def _type_remedy(types: list[str], wanted: str, node: Node) -> str:
    if types == ["boolean"] and isinstance(node, ScalarNode):
        word = node.text.lower()
        if word in _TRUE | _FALSE:
            return f"write {'true' if word in _TRUE else 'false'}, without quotes"
    return f"write {wanted}"


def _no_such_word(violation: Violation, _node: Node) -> Wording:
    word, known = str(violation.value), violation.expected
    remedy = f"write one of: {', '.join(known)}"
    if word in _FALSE and "none" in known:
        remedy = "write none, which stands for libvirt's `no`"
    elif meant := suggest(word, known):
        remedy = f"did you mean `{meant}`?"
    return f"{quoted(word)} is not a word known here", remedy


def _other_word(violation: Violation, _node: Node) -> Wording:
    message = violation.schema.get("errorMessage", "is not allowed here")
    return f"{shown(violation.value)} {message}", f"write {violation.expected}"


def _twice(violation: Violation, _node: Node) -> Wording:
    return f"{shown(violation.value)} comes twice", "remove one of them"


def _pattern(violation: Violation, node: Node) -> Wording:
    text = node.text if isinstance(node, ScalarNode) else str(violation.value)
    line = text.removesuffix("\n")
    if line != text and line.isprintable() and len(line) <= _LONG_WORD:
        key = violation.path[-1] if isinstance(violation.path[-1], str) else "-"
        return f"{quoted(text)} ends in a newline", f'use "{key}: {line}"'
    # The schema holds both in one annotation that editors show, too.
    message, _, remedy = violation.schema["patternErrorMessage"].partition("; ")
    return f"{quoted(text)} {message}", remedy


def _bound(violation: Violation, _node: Node) -> Wording:
    match violation.keyword:
        case "minLength":
            return "is empty", "write a value, or remove the key"
        case "minItems" if violation.path == ("snapshots",):
            return "declares no snapshot", "declare at least one; no entry never means delete all"
        case "minItems":
            return "is an empty list", "name at least one"
        case "maxLength":
            return f"is longer than {violation.expected:,} characters", "shorten it"
        case "maxItems" | "maxProperties":
            return f"has more than {violation.expected:,} items", "remove some"
        case _:
            return (
                f"is {violation.value}, less than {violation.expected}",
                f"write {violation.expected} or more",
            )


def _exclusive(violation: Violation, _node: Node) -> Wording:
    keys = _required_keys(violation.expected)
    if violation.keyword == "oneOf" and not set(keys) & set(_keys(violation.value)):
        return f"has neither {' nor '.join(f'`{key}`' for key in keys)}", f"add `{keys[0]}: NAME`"
    return f"has both {_listed(keys)}, which exclude each other", "remove one of them"


def _required_keys(part: list[_Branch] | _Branch) -> list[str]:
    branches = part if isinstance(part, list) else [part]
    return [key for branch in branches for key in branch["required"]]


def _keys(value: object) -> Iterable[str]:
    return value if isinstance(value, dict) else ()


def _listed(keys: list[str]) -> str:
    return " and ".join(f"`{key}`" for key in keys)


_WORDINGS: Mapping[str, Callable[[Violation, Node], Wording]] = MappingProxyType(
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
        "maxItems": _bound,
        "maxProperties": _bound,
        "minimum": _bound,
        "uniqueItems": _twice,
        "oneOf": _exclusive,
        "not": _exclusive,
    }
)
