"""The manifest's JSON Schema as data, and the violations of it in one document or one entry.

The schema is the single truth for names, types, enums and limits. Here it is cut in two parts
without references, a document and one entry, so that entries are validated one by one: a tree may
be deep or wide without recursion. `fast_validator` accepts what is plainly valid; all else goes to
`schema_violations`, which alone needs jsonschema. That is imported only then, because it takes a
third of the start-up of `reconcile validate` (docs/decisions.md).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from reconcile.manifest.fast_validator import Check, compile_check
from reconcile.manifest.nodes import PathPart

Schema = Mapping[str, Any]
_ENTRY = "#/$defs/snapshot"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing the schema forbids in a manifest.

    `path` leads to the value from the document or entry; `about_key` says that its last key is
    wrong, not the value. `keyword` and `expected` are those of the schema part `schema`; `value`
    is what the manifest has.
    """

    path: tuple[PathPart, ...]
    keyword: str
    expected: Any
    value: object
    schema: Mapping[str, Any]
    about_key: bool = False


def packaged(name: str) -> Mapping[str, Any]:
    """A schema file of this package as data, by its name without the ending."""
    schema: Mapping[str, Any] = json.loads(packaged_text(name))
    return schema


def packaged_text(name: str) -> str:
    """A schema file of this package as it is installed, by its name without the ending."""
    return (files("reconcile") / "schemas" / f"{name}.schema.json").read_text("utf-8")


@cache
def root() -> Mapping[str, Any]:
    """The schema file of manifests as data."""
    return packaged("manifest-v1")


@cache
def document() -> Mapping[str, Any]:
    """The schema of a document whose entries are left out."""
    return without_references(root())


@cache
def entry() -> Mapping[str, Any]:
    """The schema of one entry whose children are left out."""
    inlined: Mapping[str, Any] = _inline(root()["$defs"]["snapshot"], root())
    return inlined


def without_references(whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema with each reference replaced by what it names; those to entries by `true`."""
    own = {key: whole[key] for key in whole if key != "$defs"}
    inlined: Mapping[str, Any] = _inline(own, whole)
    return inlined


def entry_limit() -> int:
    """How many snapshots one document may declare, nested ones included."""
    limit: int = document()["properties"]["snapshots"]["maxItems"]
    return limit


def document_violations(data: object) -> tuple[Violation, ...]:
    """The violations of the schema in a document without its entries."""
    return violations(document(), _document_check(), data)


def entry_violations(data: object) -> tuple[Violation, ...]:
    """The violations of the schema in one entry without its children."""
    return violations(entry(), _entry_check(), data)


def violations(part: Mapping[str, Any], check: Check, data: object) -> tuple[Violation, ...]:
    """The violations of a schema without references; `check` is compiled from it."""
    return () if check(data) else _violations(part, data)


@cache
def _document_check() -> Check:
    return compile_check(document())


@cache
def _entry_check() -> Check:
    return compile_check(entry())


def _violations(part: Mapping[str, Any], data: object) -> tuple[Violation, ...]:
    from reconcile.manifest import schema_violations  # noqa: PLC0415 - see the module docstring

    return schema_violations.find_all(part, data)


def _inline(part: Any, whole: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a schema is any JSON
    match part:
        case {"$ref": str(target)}:
            own = {key: value for key, value in part.items() if key != "$ref"}
            return target == _ENTRY or _inline({**_resolve(target, whole), **own}, whole)
        case dict():
            return {key: _inline(value, whole) for key, value in part.items()}
        case list():
            return [_inline(value, whole) for value in part]
        case _:
            return part


def _resolve(target: str, whole: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = whole
    for step in target.removeprefix("#/").split("/"):
        found = found[step]
    resolved: Mapping[str, Any] = found
    return resolved
