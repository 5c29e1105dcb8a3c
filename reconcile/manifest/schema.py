"""The manifest's JSON Schema, compiled once; the one module that imports jsonschema.

The schema is the single truth for names, types, enums and limits. Here it is cut in two parts
without references, a document and one entry, so that entries are checked one by one: a tree may
be deep or wide without recursion. Its errors leave as `Fault`s, with `anyOf` already decided.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators
from jsonschema.protocols import Validator

from reconcile.manifest import quick
from reconcile.manifest.nodes import Step

_ENTRY = "#/$defs/snapshot"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing the schema forbids. `about_key` tells a key that is wrong from a value.

    `keyword` and `expected` are those of the schema; `value` is what the manifest has.
    """

    path: tuple[Step, ...]
    keyword: str
    expected: Any
    value: object
    schema: Mapping[str, Any]
    about_key: bool = False


@cache
def root() -> Mapping[str, Any]:
    """The schema file as data."""
    text = (files("reconcile") / "schemas" / "manifest-v1.schema.json").read_text("utf-8")
    schema: Mapping[str, Any] = json.loads(text)
    return schema


@cache
def document() -> Mapping[str, Any]:
    """The schema of a document whose entries are left out."""
    inlined: Mapping[str, Any] = _inline({key: root()[key] for key in root() if key != "$defs"})
    return inlined


@cache
def entry() -> Mapping[str, Any]:
    """The schema of one entry whose children are left out."""
    inlined: Mapping[str, Any] = _inline(root()["$defs"]["snapshot"])
    return inlined


def document_faults(data: object) -> tuple[Fault, ...]:
    """What the schema forbids in a document without its entries."""
    return _faults(_document_validator(), data)


def entry_faults(data: object) -> tuple[Fault, ...]:
    """What the schema forbids in one entry without its children."""
    return () if _plainly_valid_entry()(data) else _faults(entry_validator(), data)


@cache
def _plainly_valid_entry() -> quick.Check:
    return quick.compile_check(entry())


@cache
def _document_validator() -> Validator:
    return _compile(document())


@cache
def entry_validator() -> Validator:
    """jsonschema itself, for one entry."""
    return _compile(entry())


def _compile(part: Mapping[str, Any]) -> Validator:
    extend: Any = validators.extend  # its stubs leave it untyped
    validator: Validator = extend(Draft202012Validator, {"uniqueItems": _unique})(part)
    return validator


def _unique(
    _validator: Validator, wanted: bool, items: object, _schema: object
) -> Iterator[ValidationError]:
    """As the standard says for strings, but linear, and it names each item that comes again."""
    if not wanted or not isinstance(items, list):
        return
    seen: set[str] = set()
    for index, item in enumerate(items):
        if isinstance(item, str) and item in seen:
            yield ValidationError("comes twice", path=(index,), instance=item)
        elif isinstance(item, str):
            seen.add(item)


def _inline(part: Any) -> Any:  # noqa: ANN401 - a schema is any JSON
    """Replace references by what they name; those to entries by `true`."""
    match part:
        case {"$ref": str(target)}:
            own = {key: value for key, value in part.items() if key != "$ref"}
            return target == _ENTRY or _inline({**_resolve(target), **own})
        case dict():
            return {key: _inline(value) for key, value in part.items()}
        case list():
            return [_inline(value) for value in part]
        case _:
            return part


def _resolve(target: str) -> Mapping[str, Any]:
    found: Any = root()
    for step in target.removeprefix("#/").split("/"):
        found = found[step]
    resolved: Mapping[str, Any] = found
    return resolved


def _faults(validator: Validator, value: object) -> tuple[Fault, ...]:
    data: Any = value  # jsonschema's stubs want JSON; it takes, and refuses, anything
    found = [fault for error in validator.iter_errors(data) for fault in _decide(error)]
    mistyped = {fault.path for fault in found if fault.keyword == "type"}
    return tuple(
        fault
        for fault in found
        if fault.keyword == "type" or fault.about_key or fault.path not in mistyped
    )


def _decide(error: ValidationError) -> Iterable[Fault]:
    path = tuple(error.absolute_path)
    match error.validator:
        case "anyOf":
            return _best_branch(error, path)
        case "additionalProperties":
            return _unknown_keys(error, path)
        case _ if "propertyNames" in error.absolute_schema_path:
            return (_fault(error, (*path, str(error.instance)), about_key=True),)
        case _:
            return (_fault(error, path),)


def _fault(error: ValidationError, path: tuple[Step, ...], about_key: bool = False) -> Fault:
    schema: Any = error.schema
    return Fault(
        path, str(error.validator), error.validator_value, error.instance, schema, about_key
    )


def _best_branch(error: ValidationError, path: tuple[Step, ...]) -> Iterable[Fault]:
    """The faults of the branch that takes this type of value; without one, the type is wrong."""
    branches: dict[Step, list[ValidationError]] = {}
    for child in error.context or ():
        branches.setdefault(child.relative_schema_path[0], []).append(child)
    for children in branches.values():
        if not any(child.validator == "type" and not child.relative_path for child in children):
            return [fault for child in children for fault in _decide(child)]
    branch_schemas: Any = error.validator_value
    types = [branch["type"] for branch in branch_schemas]
    schema: Any = error.schema
    return (Fault(path, "type", types, error.instance, schema),)


def _unknown_keys(error: ValidationError, path: tuple[Step, ...]) -> Iterable[Fault]:
    schema: Any = error.schema
    value: Any = error.instance
    known = tuple(schema["properties"])
    return [
        Fault((*path, key), "additionalProperties", known, key, schema, about_key=True)
        for key in value
        if key not in known
    ]
