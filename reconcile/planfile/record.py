"""Objects in a file: their keys, what each holds, and what its absence means."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Generic

from reconcile.planfile.shapes import DecodeError, Json, Shape, Value, as_object, value_at

_REQUIRED: Final = object()


@dataclass(frozen=True, slots=True)
class Field:
    """What stands under a key. A value that is its `default` in the format is not written."""

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


def also(shape: Shape[Any], default: object) -> Field:
    """A field that is written only where its value is not this one."""
    return Field(shape, default)


class Record(Generic[Value]):
    """An object with a key for each attribute that is named here, under its name.

    `make` takes the attributes as keywords. A key that an attribute of another name has is given
    in `keys`.
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
        """The keys whose values differ, as they are afterwards; not the attributes `without`."""
        return {
            key: field.shape.encode(getattr(after, name))
            for name, key, field in self._fields
            if name not in without and getattr(before, name) != getattr(after, name)
        }

    def changed(self, before: Value, data: Json, without: frozenset[str]) -> Value:
        """What `difference` was made for. Raises DecodeError."""
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
        """The attributes of the value that are written."""
        return frozenset(name for name, _, _ in self._fields)

    @property
    def kind(self) -> Callable[..., Value]:
        """What a decoded object becomes."""
        return self._make

    def listing(self) -> str:
        return f"{{{', '.join(key for _, key, _ in self._fields)}}}"

    def described(self) -> Iterator[str]:
        """A line for each key: its name, shape and default."""
        return (f"{key}: {field.described()}" for _, key, field in self._fields)
