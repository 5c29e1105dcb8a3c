"""The one importer of jsonschema: its errors as `Violation`s, with `anyOf` already decided."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators
from jsonschema.protocols import Validator

from reconcile.manifest.nodes import PathPart
from reconcile.manifest.schema import Violation


def find_all(schema: Mapping[str, Any], value: object) -> tuple[Violation, ...]:
    """All violations of a schema without references in a value.

    Where the type of a value is wrong, no other violation of that value is told.
    """
    data: Any = value  # jsonschema's stubs want JSON; it takes, and refuses, anything
    errors = _validator(schema).iter_errors(data)
    found = [violation for error in errors for violation in _decide(error)]
    mistyped = {violation.path for violation in found if violation.keyword == "type"}
    return tuple(
        violation
        for violation in found
        if violation.keyword == "type" or violation.about_key or violation.path not in mistyped
    )


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


def _extended() -> Any:  # noqa: ANN401 - jsonschema's stubs leave a class of its own untyped
    extend: Any = validators.extend
    return extend(Draft202012Validator, {"uniqueItems": _unique})


_Validator = _extended()


def _validator(schema: Mapping[str, Any]) -> Validator:
    validator: Validator = _Validator(schema)
    return validator


def _decide(error: ValidationError) -> Iterable[Violation]:
    path = tuple(error.absolute_path)
    match error.validator:
        case "anyOf":
            return _best_branch(error, path)
        case "additionalProperties":
            return _unknown_keys(error, path)
        case _ if "propertyNames" in error.absolute_schema_path:
            return (_violation(error, (*path, str(error.instance)), about_key=True),)
        case _:
            return (_violation(error, path),)


def _violation(
    error: ValidationError, path: tuple[PathPart, ...], about_key: bool = False
) -> Violation:
    schema: Any = error.schema
    return Violation(
        path, str(error.validator), error.validator_value, error.instance, schema, about_key
    )


def _best_branch(error: ValidationError, path: tuple[PathPart, ...]) -> Iterable[Violation]:
    """The violations of the branch that takes this type of value; without one, of its type."""
    branches: dict[PathPart, list[ValidationError]] = {}
    for child in error.context or ():
        branches.setdefault(child.relative_schema_path[0], []).append(child)
    for children in branches.values():
        if not any(child.validator == "type" and not child.relative_path for child in children):
            return [violation for child in children for violation in _decide(child)]
    branch_schemas: Any = error.validator_value
    types = [branch["type"] for branch in branch_schemas]
    schema: Any = error.schema
    return (Violation(path, "type", types, error.instance, schema),)


def _unknown_keys(error: ValidationError, path: tuple[PathPart, ...]) -> Iterable[Violation]:
    schema: Any = error.schema
    value: Any = error.instance
    known = tuple(schema["properties"])
    return [
        Violation((*path, key), "additionalProperties", known, key, schema, about_key=True)
        for key in value
        if key not in known
    ]
