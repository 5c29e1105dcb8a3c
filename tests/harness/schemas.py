"""The published schemas, and what is demanded of each: explained keys, closed objects."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from tests.harness.transcript import ROOT


def schema(name: str) -> dict[str, Any]:
    """The schema of this name, e.g. `plan-v1`."""
    found: dict[str, Any] = json.loads((ROOT / f"schemas/{name}.schema.json").read_text("utf-8"))
    return found


def validated(name: str, document: object) -> None:
    """Raise ValidationError where a document is not as the schema of this name says."""
    Draft202012Validator(schema(name)).validate(document)


EVENTS = Draft202012Validator(schema("apply-events-v1"))
DRIFT = Draft202012Validator(schema("drift-v1"))


def events(out: str) -> list[dict[str, Any]]:
    """The lines that `apply --format json` printed. Raises ValidationError where one is wrong."""
    found = [json.loads(line) for line in out.splitlines()]
    for each in found:
        EVENTS.validate(each)
    assert [each["event"] for each in found].index("result") == len(found) - 1
    return found


def unexplained(schema: Mapping[str, Any]) -> list[str]:
    """Paths of keys without a description."""
    keys = (
        (f"{path}/{key}", below)
        for path, part in _parts(schema)
        for key, below in part.get("properties", {}).items()
    )
    return [path for path, below in keys if not below.get("description")]


def open_objects(schema: Mapping[str, Any]) -> list[str]:
    """Paths of objects that do not say which other keys they may have."""
    objects = ((path, part) for path, part in _parts(schema) if part.get("type") == "object")
    return [path for path, part in objects if "additionalProperties" not in part]


def _parts(part: object, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every mapping inside the schema with the path to it."""
    if isinstance(part, dict):
        yield path, part
        for key, below in part.items():
            yield from _parts(below, f"{path}/{key}")
