"""Objects in a file: their keys, what each holds, and what its absence means."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Generic

from reconcile.planfile.shapes import DecodeError, Json, Shape, Value, as_object, value_at

_REQUIRED: Final = object()


@dataclass(frozen=True, slots=True)
class Field:
    """One key of an object. A value that is its `default` in the format is not written."""

    shape: Shape[Any]
    default: object = _REQUIRED
    key: str = ""

    @property
    def required(self) -> bool:
        """Whether it is always written."""
        return self.default is _REQUIRED


def also(shape: Shape[Any], default: object, key: str = "") -> Field:
    """A field that is written only where its value is not this one."""
    return Field(shape, default, key)


class Record(Generic[Value]):
    """An object with a key for each attribute that is named, by that name if none is given."""

    def __init__(
        self,
        make: Callable[..., Value],
        fields: Mapping[str, Field | Shape[Any]],
    ) -> None:
        self._make = make
        self._fields = {name: _keyed(name, each) for name, each in fields.items()}
        self._keys = {key for key, _ in self._fields.values()}

    def encode(self, value: Value) -> dict[str, Json]:
        found = {}
        for name, (key, field) in self._fields.items():
            each = getattr(value, name)
            if field.required or each != field.default:
                found[key] = field.shape.encode(each)
        return found

    def decode(self, data: Json) -> Value:
        given = as_object(data)
        unknown = given.keys() - self._keys
        if unknown:
            raise DecodeError(f"has the unknown key {min(unknown)!r}")
        return self._make(**{name: _decoded(given, *each) for name, each in self._fields.items()})

    def difference(self, before: Value, after: Value, without: frozenset[str]) -> dict[str, Json]:
        """The keys whose values differ, as they are afterwards; not the attributes `without`."""
        return {
            key: field.shape.encode(getattr(after, name))
            for name, (key, field) in self._fields.items()
            if name not in without and getattr(before, name) != getattr(after, name)
        }

    def changed(self, before: Value, data: Json, without: frozenset[str]) -> Value:
        """What `difference` was made for. Raises DecodeError."""
        given = as_object(data)
        known = {key: (name, field) for name, (key, field) in self._fields.items()}
        unknown = given.keys() - {key for key, (name, _) in known.items() if name not in without}
        if unknown:
            raise DecodeError(f"has the unknown key {min(unknown)!r}")
        fields = {known[key][0]: _decoded(given, key, known[key][1]) for key in given}
        return replace(before, **fields)  # type: ignore[type-var] # a record's value is a dataclass

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes of the value that are written."""
        return frozenset(self._fields)

    @property
    def kind(self) -> Callable[..., Value]:
        """What a decoded object becomes."""
        return self._make

    def listing(self) -> str:
        return f"{{{', '.join(key for key, _ in self._fields.values())}}}"

    def described(self) -> Iterator[str]:
        """A line for each key: its name, shape and default."""
        for key, field in self._fields.values():
            default = (
                "" if field.required else f" = {json.dumps(field.shape.encode(field.default))}"
            )
            yield f"{key}: {field.shape.listing()}{default}"


def _keyed(name: str, given: Field | Shape[Any]) -> tuple[str, Field]:
    field = given if isinstance(given, Field) else Field(given)
    return field.key or name, field


def _decoded(given: dict[str, Json], key: str, field: Field) -> Any:  # noqa: ANN401 - the field's
    if key not in given and not field.required:
        return field.default
    return value_at(given, key, field.shape)
