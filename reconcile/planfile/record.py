"""Shapes of JSON objects in a file: their keys, what each holds, and what its absence means."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Generic

from reconcile.planfile.shapes import DecodeError, Json, Shape, Value, as_object, value_at

_REQUIRED: Final = object()


@dataclass(frozen=True, slots=True)
class Field:
    """The shape of a key's value. A value that is the format's `default` is not written."""

    shape: Shape[Any]
    default: object = _REQUIRED

    @property
    def required(self) -> bool:
        """Whether the field is always written."""
        return self.default is _REQUIRED

    def described(self) -> str:
        """The shape of the value, and the default of the format where there is one."""
        written = "" if self.required else f" = {json.dumps(self.shape.encode(self.default))}"
        return f"{self.shape.listing()}{written}"


def defaulted(shape: Shape[Any], default: object) -> Field:
    """A field whose value is written only where it is not `default`."""
    return Field(shape, default)


class Record(Generic[Value]):
    """The shape of an object with a key for each named attribute of a value.

    `make` takes the attributes as keywords. `keys` gives the key of an attribute that is written
    under another name than its own.
    """

    def __init__(
        self,
        make: Callable[..., Value],
        fields: Mapping[str, Field | Shape[Any]],
        keys: Mapping[str, str] | None = None,
    ) -> None:
        renamed = keys or {}
        self._make = make
        self._fields = [
            (name, renamed.get(name, name), each if isinstance(each, Field) else Field(each))
            for name, each in fields.items()
        ]
        self._keys = {key for _, key, _ in self._fields}

    def encode(self, value: Value) -> dict[str, Json]:
        found = {}
        for name, key, field in self._fields:
            each = getattr(value, name)
            if field.default is _REQUIRED or each != field.default:
                found[key] = field.shape.encode(each)
        return found

    def decode(self, data: Json) -> Value:
        given = self._known(as_object(data))
        found = {}
        for name, key, field in self._fields:
            if key in given or field.default is _REQUIRED:
                found[name] = value_at(given, key, field.shape)
            else:
                found[name] = field.default
        return self._make(**found)

    def difference(self, before: Value, after: Value, without: frozenset[str]) -> dict[str, Json]:
        """The keys whose values differ, with those of `after`, but for the attributes `without`."""
        return {
            key: field.shape.encode(getattr(after, name))
            for name, key, field in self._fields
            if name not in without and getattr(before, name) != getattr(after, name)
        }

    def changed(self, before: Value, data: Json, without: frozenset[str]) -> Value:
        """The value `before` with the keys that `difference` gave. Raises DecodeError."""
        given = self._known(as_object(data))
        fields = {
            name: value_at(given, key, field.shape)
            for name, key, field in self._fields
            if key in given and name not in without
        }
        if len(fields) < len(given):
            raise DecodeError("changes what nothing changes")
        return replace(before, **fields)  # type: ignore[type-var] # a record's value is a dataclass

    def _known(self, given: dict[str, Json]) -> dict[str, Json]:
        if not given.keys() <= self._keys:
            raise DecodeError(f"has the unknown key {min(given.keys() - self._keys)!r}")
        return given

    @property
    def attributes(self) -> frozenset[str]:
        """The names of the attributes that are written."""
        return frozenset(name for name, _, _ in self._fields)

    @property
    def kind(self) -> Callable[..., Value]:
        """The class or function that makes a value of a decoded object's attributes."""
        return self._make

    def listing(self) -> str:
        return f"{{{', '.join(key for _, key, _ in self._fields)}}}"

    def described(self) -> Iterator[str]:
        """A line for each key: its name, shape and default."""
        return (f"{key}: {field.described()}" for _, key, field in self._fields)
