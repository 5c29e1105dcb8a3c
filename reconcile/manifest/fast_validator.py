"""A quick yes for data that is plainly valid, compiled from the JSON Schema itself.

It says yes only where jsonschema finds no error; at any doubt, such as a keyword that is not known
here, it says no, and jsonschema decides and finds the words. So the schema stays the single truth.

Kept by hand (figures in docs/decisions.md): jsonschema alone takes 14 times as long per entry and
costs every start-up its import; fastjsonschema is no faster, knows no draft after 7 and ignores
what it does not know, which makes a wrong yes; jsonschema-rs is in no release of Debian.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

Check = Callable[[Any], bool]

_ANNOTATIONS = frozenset(
    {"$schema", "$id", "title", "description", "default", "examples"}
    | {"errorMessage", "patternErrorMessage"}
)


def compile_check(part: object) -> Check:
    """A check that says yes only to values that a schema without references allows."""
    if part is True:
        return _always
    if not isinstance(part, dict):
        return _never
    checks = [
        _KEYWORDS[keyword](value, part) if keyword in _KEYWORDS else _never
        for keyword, value in part.items()
        if keyword not in _ANNOTATIONS
    ]
    return _all(checks)


def _always(_value: object) -> bool:
    return True


def _never(_value: object) -> bool:
    return False


def _all(checks: list[Check]) -> Check:
    match checks:
        case [only]:
            return only
        case [first, second]:
            return lambda value: first(value) and second(value)
        case _:
            return lambda value: all(check(value) for check in checks)


def _type(name: str, _part: object) -> Check:
    # A bool is an int in Python, not in JSON: so the exact type.
    wanted = _TYPES.get(name)
    return _never if wanted is None else lambda value: type(value) is wanted


def _enum(words: list[object], _part: object) -> Check:
    known = frozenset(word for word in words if isinstance(word, str))
    return lambda value: isinstance(value, str) and value in known


def _const(word: object, _part: object) -> Check:
    return lambda value: isinstance(value, str) and value == word


def _pattern(expression: str, _part: object) -> Check:
    search = re.compile(expression).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _min_length(limit: int, _part: object) -> Check:
    return lambda value: not isinstance(value, str) or len(value) >= limit


def _max_length(limit: int, _part: object) -> Check:
    return lambda value: not isinstance(value, str) or len(value) <= limit


def _minimum(limit: int, _part: object) -> Check:
    return lambda value: type(value) is not int or value >= limit


def _min_items(limit: int, _part: object) -> Check:
    return lambda value: not isinstance(value, list) or len(value) >= limit


def _max_items(limit: int, _part: object) -> Check:
    return lambda value: not isinstance(value, list) or len(value) <= limit


def _max_properties(limit: int, _part: object) -> Check:
    return lambda value: not isinstance(value, dict) or len(value) <= limit


def _unique_items(wanted: bool, _part: object) -> Check:
    return _all_different if wanted else _always


def _all_different(value: object) -> bool:
    """True for a list of different strings; a list with anything else is in doubt."""
    if not isinstance(value, list):
        return True
    return all(isinstance(item, str) for item in value) and len({*value}) == len(value)


def _all_of(parts: list[object], _part: object) -> Check:
    return _all([compile_check(part) for part in parts])


def _any_of(parts: list[object], _part: object) -> Check:
    checks = [compile_check(part) for part in parts]
    return lambda value: any(check(value) for check in checks)


def _required(keys: list[str], _part: object) -> Check:
    return lambda value: not isinstance(value, dict) or all(key in value for key in keys)


def _one_of(parts: list[Mapping[str, Any]], _part: object) -> Check:
    """`oneOf` in its one plain form: of several sets of keys, exactly one is there."""
    if any([*part] != ["required"] for part in parts):
        return _never
    sets = [part["required"] for part in parts]
    return lambda value: (
        not isinstance(value, dict) or sum(all(key in value for key in keys) for keys in sets) == 1
    )


def _not_both(part: Mapping[str, Any], _part: object) -> Check:
    """`not` in its one plain form: keys that exclude each other."""
    if [*part] != ["required"]:
        return _never
    keys = part["required"]
    return lambda value: not isinstance(value, dict) or not all(key in value for key in keys)


def _properties(known: Mapping[str, Any], part: Mapping[str, Any]) -> Check:
    checks = {key: compile_check(below) for key, below in known.items()}
    other = compile_check(part["additionalProperties"]) if "additionalProperties" in part else None
    return partial(_each_key, checks, other or _always)


def _each_key(checks: Mapping[str, Check], other: Check, value: object) -> bool:
    if isinstance(value, dict):
        for key, below in value.items():
            if not checks.get(key, other)(below):
                return False
    return True


def _additional(below: object, part: Mapping[str, Any]) -> Check:
    return _always if "properties" in part else partial(_each_key, {}, compile_check(below))


def _property_names(below: object, _part: object) -> Check:
    check = compile_check(below)
    return lambda value: not isinstance(value, dict) or all(map(check, value))


def _dependent(parts: Mapping[str, Any], _part: object) -> Check:
    checks = {key: compile_check(below) for key, below in parts.items()}
    return lambda value: (
        not isinstance(value, dict)
        or all(check(value) for key, check in checks.items() if key in value)
    )


def _items(below: object, _part: object) -> Check:
    check = compile_check(below)
    return lambda value: not isinstance(value, list) or all(map(check, value))


_TYPES: Mapping[str, type] = MappingProxyType(
    {"string": str, "object": dict, "array": list, "boolean": bool, "integer": int}
)
_KEYWORDS: Mapping[str, Callable[[Any, Any], Check]] = MappingProxyType(
    {
        "type": _type,
        "enum": _enum,
        "const": _const,
        "pattern": _pattern,
        "minLength": _min_length,
        "maxLength": _max_length,
        "minimum": _minimum,
        "minItems": _min_items,
        "maxItems": _max_items,
        "maxProperties": _max_properties,
        "uniqueItems": _unique_items,
        "allOf": _all_of,
        "anyOf": _any_of,
        "required": _required,
        "oneOf": _one_of,
        "not": _not_both,
        "properties": _properties,
        "additionalProperties": _additional,
        "propertyNames": _property_names,
        "dependentSchemas": _dependent,
        "items": _items,
    }
)
