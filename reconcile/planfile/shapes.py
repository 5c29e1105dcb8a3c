"""Shapes of values in a file, by names and defaults that stand in the format, not in a class.

A shape writes a value as plain JSON data and reads it back. Reading is strict: whatever is not
exactly as it would have been written is refused, with the place. Classes may be renamed, moved and
extended without a change to any file.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, Protocol, TypeVar

Json = Any  # dictionaries, lists, strings, numbers, booleans and None
Value = TypeVar("Value")
Word = TypeVar("Word", bound=StrEnum)

LONGEST: Final = 64 * 2**20
"""Bytes of one document that are read at most: parsed, it takes some twenty times as much."""
DEEPEST: Final = 64
"""Levels of a document; what is written has 12 at most."""
_LARGEST = 2**63 - 1
# no path, name or URI holds a NUL, no UTF-8 a surrogate, and no XML, where texts end up, the others
_BAD = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class DecodeError(ValueError):
    """Data that no writer of this format wrote; `place` is the key path that leads to the data."""

    def __init__(self, what: str, place: str = "") -> None:
        super().__init__(f"{place}: {what}" if place else what)
        self.what = what
        self.place = place

    def below(self, key: str | int) -> "DecodeError":
        """The error with a key or index before its place, as seen from one level above."""
        step = f"[{key}]" if isinstance(key, int) else str(key)
        dot = "." if self.place and not self.place.startswith("[") else ""
        return DecodeError(self.what, f"{step}{dot}{self.place}")


class Shape(Protocol[Value]):
    """How one kind of value is written as JSON data and read back."""

    def encode(self, value: Value, /) -> Json:
        """A value as plain JSON data."""

    def decode(self, data: Json, /) -> Value:
        """The value that `encode` wrote as this data. Raises DecodeError for any other data."""

    def listing(self) -> str:
        """The shape in a word or line, for the list of a format's fields."""


def parsed(data: bytes) -> dict[str, Json]:
    """The JSON object that a document's bytes hold. Raises DecodeError."""
    if len(data) > LONGEST:
        raise DecodeError(f"it is larger than {LONGEST // 2**20} MiB")
    try:
        text = data.decode("utf-8")  # of bytes, json would take UTF-16 and a byte order mark, too
        found = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
    except RecursionError as error:
        raise DecodeError("it is nested too deeply") from error
    except ValueError as error:  # also where it is no UTF-8, or a number is too long
        raise DecodeError(str(error)) from error
    if not isinstance(found, dict):
        raise DecodeError("it is no object")
    if _is_deeper(found, DEEPEST):
        raise DecodeError("it is nested too deeply")
    return found


def _is_deeper(document: Json, levels: int) -> bool:
    """Whether objects and lists lie in each other at more levels than these."""
    row = [document]
    for _ in range(levels):
        row = [each for some in row if isinstance(some, dict | list) for each in _within(some)]
        if not row:
            return False
    return True


def _within(some: dict[str, Json] | list[Json]) -> Iterable[Json]:
    return some.values() if isinstance(some, dict) else some


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object whose keys come once: of two, readers take the one or the other."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DecodeError("it has a key twice")
    return found


def _no_number(text: str) -> Json:
    raise DecodeError(f"{text} is no number of JSON")


def as_object(data: Json) -> dict[str, Json]:
    """The data, which is a JSON object. Raises DecodeError for any other."""
    if not isinstance(data, dict):
        raise DecodeError("is no object")
    return data


def value_at(given: dict[str, Json], key: str, shape: "Shape[Value]") -> Value:
    """The value under a key of a JSON object, by its shape. Raises DecodeError."""
    if key not in given:
        raise DecodeError(f"lacks the key {key!r}")
    try:
        return shape.decode(given[key])
    except DecodeError as error:
        raise error.below(key) from error


def as_list(data: Json) -> list[Json]:
    """The data, which is a JSON list. Raises DecodeError for any other."""
    if not isinstance(data, list):
        raise DecodeError("is no list")
    return data


@dataclass(frozen=True, slots=True)
class Text:
    """The shape of a string without NUL and lone surrogates; `form` is a regex for all of it."""

    form: str = ""

    def encode(self, value: str) -> Json:
        return value

    def decode(self, data: Json) -> str:
        if not isinstance(data, str):
            raise DecodeError("is no string")
        if _BAD.search(data):
            raise DecodeError("holds a NUL or half a character")
        if self.form and not re.fullmatch(self.form, data):
            raise DecodeError(f"does not look like {self.form}")
        return data

    def listing(self) -> str:
        return f"text {self.form}".strip()


@dataclass(frozen=True, slots=True)
class Integer:
    """The shape of a whole number of at most 64 bits, from `least` on."""

    least: int = -_LARGEST

    def encode(self, value: int) -> Json:
        return value

    def decode(self, data: Json) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            raise DecodeError("is no whole number")
        if not self.least <= data <= _LARGEST:
            raise DecodeError("is out of range")
        return data

    def listing(self) -> str:
        return "integer" if self.least < 0 else f"integer >= {self.least}"


@dataclass(frozen=True, slots=True)
class Flag:
    """The shape of true and false."""

    def encode(self, value: bool) -> Json:
        return value

    def decode(self, data: Json) -> bool:
        if not isinstance(data, bool):
            raise DecodeError("is neither true nor false")
        return data

    def listing(self) -> str:
        return "flag"


@dataclass(frozen=True, slots=True)
class Words(Generic[Word]):
    """The shape of a word of a closed list."""

    kind: type[Word]

    def encode(self, value: Word) -> Json:
        return str(value)

    def decode(self, data: Json) -> Word:
        if isinstance(data, str) and data in self.kind.__members__.values():
            return self.kind(data)
        raise DecodeError(f"is none of {', '.join(self.kind)}")

    def listing(self) -> str:
        return " | ".join(self.kind)


@dataclass(frozen=True, slots=True)
class Nullable(Generic[Value]):
    """The shape of a value that may be missing: null stands for None."""

    shape: Shape[Value]

    def encode(self, value: Value | None) -> Json:
        return None if value is None else self.shape.encode(value)

    def decode(self, data: Json) -> Value | None:
        return None if data is None else self.shape.decode(data)

    def listing(self) -> str:
        return f"{self.shape.listing()}, or null"


@dataclass(frozen=True, slots=True)
class ListOf(Generic[Value]):
    """The shape of a list of values of one shape, in order."""

    shape: Shape[Value]

    def encode(self, value: tuple[Value, ...]) -> Json:
        return [self.shape.encode(each) for each in value]

    def decode(self, data: Json) -> tuple[Value, ...]:
        return tuple(self._decoded(as_list(data)))

    def _decoded(self, data: list[Json]) -> Iterator[Value]:
        for number, each in enumerate(data):
            try:
                yield self.shape.decode(each)
            except DecodeError as error:
                raise error.below(number) from error

    def listing(self) -> str:
        return f"list of {self.shape.listing()}"


@dataclass(frozen=True, slots=True)
class WordSet(Generic[Word]):
    """The shape of a set of words, written in alphabetical order."""

    words: Words[Word]

    def encode(self, value: frozenset[Word]) -> Json:
        return sorted(map(str, value))

    def decode(self, data: Json) -> frozenset[Word]:
        return frozenset(ListOf(self.words).decode(data))

    def listing(self) -> str:
        return f"set of {self.words.listing()}"


@dataclass(frozen=True, slots=True)
class Pairs(Generic[Value]):
    """The shape of a list of two-element lists: a string and a value."""

    shape: Shape[Value]

    def encode(self, value: tuple[tuple[str, Value], ...]) -> Json:
        return [[name, self.shape.encode(each)] for name, each in value]

    def decode(self, data: Json) -> tuple[tuple[str, Value], ...]:
        return tuple(map(self._pair, as_list(data)))

    def _pair(self, data: Json) -> tuple[str, Value]:
        if not isinstance(data, list) or len(data) != 2:  # noqa: PLR2004 - a pair
            raise DecodeError("holds something else than pairs")
        name, value = data
        return Text().decode(name), self.shape.decode(value)

    def listing(self) -> str:
        return f"pairs of text and {self.shape.listing()}"
