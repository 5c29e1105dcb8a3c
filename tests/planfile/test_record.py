"""An object in a file keeps its keys, whatever becomes of the class that it is read into."""

from dataclasses import dataclass

import pytest

from reconcile.planfile.record import Record, defaulted
from reconcile.planfile.shapes import DecodeError, Integer, ListOf, Nullable, Text


@dataclass(frozen=True, slots=True)
class Before:
    """A class as it was when the format was made."""

    name: str
    size: int = 5
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class After:
    """The same class since: an attribute renamed, a default changed, another one added."""

    title: str
    size: int = 7
    parts: tuple[str, ...] = ()
    color: str = "red"


REST = {"size": defaulted(Integer(least=0), 5), "parts": defaulted(ListOf(Text()), ())}
BEFORE = Record(Before, {"name": Text(), **REST})
AFTER = Record(After, {"title": Text(), **REST}, keys={"title": "name"})


@pytest.mark.parametrize("size", [5, 7])
def test_a_changed_class_changes_no_file(size: int) -> None:
    written = BEFORE.encode(Before("a", size, ("x",)))
    assert written == {"name": "a", "parts": ["x"], **({"size": 7} if size == 7 else {})}
    assert AFTER.decode(written) == After("a", size, ("x",))
    assert AFTER.encode(After("a", size, ("x",))) == written
    assert list(AFTER.described()) == list(BEFORE.described())


def test_what_differs_is_written_and_changed_back() -> None:
    before, after = Before("a", 6, ("x",)), Before("a", 5, ("y",))
    written = BEFORE.difference(before, after, without=frozenset({"name"}))
    assert written == {"size": 5, "parts": ["y"]}
    assert BEFORE.changed(before, written, without=frozenset({"name"})) == after


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({"name": "b"}, "changes what nothing changes"),
        ({"other": 1}, "has the unknown key 'other'"),
        ({"size": -1}, "size: is out of range"),
        ([], "is no object"),
    ],
)
def test_what_no_difference_says_is_refused(data: object, what: str) -> None:
    with pytest.raises(DecodeError) as caught:
        BEFORE.changed(Before("a"), data, without=frozenset({"name"}))
    assert str(caught.value) == what


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({}, "lacks the key 'name'"),
        ({"name": "a", "parts": ["x", 1]}, "parts[1]: is no string"),
        ({"name": "a", "parts": "xy"}, "parts: is no list"),
        ({"name": "a", "parts": {"x": 1}}, "parts: is no list"),
        ({"name": "a", "size": True}, "size: is no whole number"),
        ({"name": "a", "size": None}, "size: is no whole number"),
    ],
)
def test_what_nobody_wrote_is_refused_with_its_place(data: object, what: str) -> None:
    with pytest.raises(DecodeError) as caught:
        BEFORE.decode(data)
    assert str(caught.value) == what


def test_null_is_read_only_where_it_may_stand() -> None:
    assert Nullable(Text()).decode(None) is None
    with pytest.raises(DecodeError, match="is no string"):
        Text().decode(None)
