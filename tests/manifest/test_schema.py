"""The schema: sound by itself, one truth with the model, and friendly to editors."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reconcile.manifest import schema
from reconcile.model import desired
from reconcile.model.hazard import Hazard
from reconcile.model.snapshot import DiskKind, MemoryKind

ROOT = schema.root()
DEFS = ROOT["$defs"]


def parts(part: object, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every mapping inside the schema with the path to it."""
    if isinstance(part, dict):
        yield path, part
        for key, below in part.items():
            yield from parts(below, f"{path}/{key}")
    elif isinstance(part, list):
        for index, below in enumerate(part):
            yield from parts(below, f"{path}/{index}")


def resolved(part: Mapping[str, Any]) -> Mapping[str, Any]:
    name = part.get("$ref", "").removeprefix("#/$defs/")
    return {**resolved(DEFS[name]), **part} if name else part


KEYS = [
    (f"{path}/{key}", below)
    for path, part in parts(ROOT)
    if part.get("type") == "object"
    for key, below in part.get("properties", {}).items()
]
EXAMPLES = [
    (path, {**part, "$defs": DEFS})
    for path, part in parts(ROOT)
    if isinstance(part.get("examples"), list)
]


def test_it_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(ROOT)


@pytest.mark.parametrize(("path", "part"), EXAMPLES, ids=[path for path, _ in EXAMPLES])
def test_every_example_is_valid(path: str, part: Mapping[str, Any]) -> None:
    validator = Draft202012Validator(part)
    for example in part["examples"]:
        assert not list(validator.iter_errors(example)), path


@pytest.mark.parametrize(("path", "part"), KEYS, ids=[path for path, _ in KEYS])
def test_every_key_is_explained(path: str, part: Mapping[str, Any]) -> None:
    assert resolved(part).get("description"), path
    assert resolved(part).get("examples"), path


def test_objects_are_closed() -> None:
    open_ones = [
        path
        for path, part in parts(ROOT)
        if part.get("type") == "object" and "additionalProperties" not in part
    ]
    assert open_ones == []


@pytest.mark.parametrize(
    ("words", "enum"),
    [
        (ROOT["properties"]["prune"]["enum"], desired.Prune),
        (DEFS["hazard"]["enum"], Hazard),
        (DEFS["kind"]["enum"], DiskKind),
        (DEFS["memory"]["anyOf"][0]["enum"], MemoryKind),
        (DEFS["current"]["properties"]["revert"]["enum"], desired.RevertWhen),
        (DEFS["current"]["properties"]["run-state"]["enum"], desired.RunState),
        (DEFS["current"]["properties"]["via"]["enum"], desired.Via),
        (DEFS["capture"]["properties"]["when"]["enum"], desired.When),
        (DEFS["capture"]["properties"]["metadata"]["enum"], desired.Metadata),
    ],
)
def test_words_are_those_of_the_model(words: list[str], enum: type[StrEnum]) -> None:
    assert words == list(enum)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (DEFS["capture"], desired.Capture()),
        (DEFS["current"], desired.Current("")),
        (ROOT["properties"]["limits"], desired.Limits()),
    ],
)
def test_defaults_are_those_of_the_model(
    part: Mapping[str, Any], value: desired.Capture | desired.Current | desired.Limits
) -> None:
    declared = {key.replace("-", "_"): below for key, below in part["properties"].items()}
    assert [*declared] == [field.name for field in fields(value)]
    for name, below in declared.items():
        if "default" in below:
            assert below["default"] == getattr(value, name), name


def test_prune_and_lists_default_as_in_the_model() -> None:
    tree = desired.DesiredTree((), desired.Position("", 1, 1))
    for key in ("prune", "ignore", "forget", "allow"):
        default = ROOT["properties"][key]["default"]
        assert default == (getattr(tree, key) if key == "prune" else [*getattr(tree, key)])


def test_what_never_reverting_leads_to_is_told() -> None:
    """An editor shows these words: a difference blocks the domain, and is not only shown."""
    assert DEFS["current"]["properties"]["revert"]["description"] == (
        "Revert when the current snapshot is another one, at every apply, or never"
        " (then a difference is refused: exit code 3)."
    )
