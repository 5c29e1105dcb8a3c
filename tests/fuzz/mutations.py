"""The ways in which good files are made bad: as values, as lines and as bytes."""

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.fuzz.hostile import Hostile

Place = tuple[Any, Any]
"""A dictionary or list, and the key of one of its values."""
Groups = dict[str, list[Place]]
FEW = 2
FORGED = frozenset({"connect", "file", "id", "path", "paths", "plan", "redefine_from", "saved"})


def mutate(document: Any, rng: random.Random, hostile: Hostile) -> Any:  # noqa: ANN401 - any JSON value
    """A copy with one to three of its values changed.

    A key is chosen before one of its places: what stands once, as an id, is changed as often as
    what stands in every snapshot.
    """
    changed = copy.deepcopy(document)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        groups: Groups = {}
        for group, holder, key in places(changed):
            groups.setdefault(group, []).append((holder, key))
        if groups:
            place = rng.choice(groups[_chosen(groups, rng)])
            rng.choice(VALUES)(place, groups, rng, hostile)
    return changed


def _chosen(groups: Groups, rng: random.Random) -> str:
    """One of all groups, or one of what a document says of itself."""
    once = sorted(name for name, some in groups.items() if len(some) <= FEW)
    return rng.choice(once if once and rng.random() < 0.4 else sorted(groups))


def places(value: Any, name: str = "") -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401 - as above
    """Every place below the value, with the name of its key or list."""
    keys: list[Any] = []
    match value:
        case dict():
            keys = list(value)
        case list():
            keys = list(range(len(value)))
    for key in keys:
        group = f"{name}[]" if isinstance(value, list) else str(key)
        yield group, value, key
        yield from places(value[key], group)


def _replace(place: Place, _all: Groups, rng: random.Random, hostile: Hostile) -> None:
    holder, key = place
    holder[key] = hostile.value(rng)


def _remove(place: Place, _all: Groups, _rng: random.Random, _hostile: Hostile) -> None:
    holder, key = place
    del holder[key]


def _add(place: Place, _all: Groups, rng: random.Random, hostile: Hostile) -> None:
    """An unknown key beside this one, or one more element."""
    holder, _key = place
    if isinstance(holder, list):
        holder.append(hostile.value(rng))
    else:
        holder[rng.choice(("", "x", "record", "\0", "__class__"))] = hostile.value(rng)


def _double(place: Place, _all: Groups, rng: random.Random, _hostile: Hostile) -> None:
    """An element twice in its list, or a value under its neighbour's key too."""
    holder, key = place
    again = copy.deepcopy(holder[key])
    if isinstance(holder, list):
        holder.insert(rng.randrange(len(holder) + 1), again)
    else:
        holder[rng.choice(list(holder))] = again


def _transplant(place: Place, groups: Groups, rng: random.Random, _h: Hostile) -> None:
    """The value of some other place of the same document."""
    holder, key = place
    other, its_key = rng.choice(groups[rng.choice(sorted(groups))])
    holder[key] = copy.deepcopy(other[its_key])


def _replace_everywhere(place: Place, groups: Groups, rng: random.Random, h: Hostile) -> None:
    """The same text is the same thing: a name, a host, a path."""
    holder, key = place
    old, new = holder[key], h.value(rng)
    if not isinstance(old, str):
        holder[key] = new
        return
    for each, its_key in [place for some in groups.values() for place in some]:
        if each[its_key] == old:
            each[its_key] = new


def _forge(_place: Place, groups: Groups, rng: random.Random, hostile: Hostile) -> None:
    """Everything of one key is a path or program that the document has no business with."""
    keys = sorted(name for name in groups if name in FORGED)
    if keys:
        new = hostile.forged(rng)
        for holder, key in groups[rng.choice(keys)]:
            holder[key] = new


def _wrap(place: Place, _all: Groups, rng: random.Random, _hostile: Hostile) -> None:
    holder, key = place
    inner = holder[key]
    holder[key] = rng.choice(([inner], {"a": inner}, [inner, inner], str(inner)))


VALUES: tuple[Callable[[Place, Groups, random.Random, Hostile], None], ...] = (
    *(_replace, _replace, _replace, _replace_everywhere, _replace_everywhere),
    *(_forge, _remove, _add, _double, _transplant, _transplant, _wrap),
)


def lines(whole: list[bytes], rng: random.Random) -> list[bytes]:
    """Records lost, repeated or in another order."""
    changed = list(whole)
    number = rng.randrange(len(changed))
    match rng.randrange(4):
        case 0:
            del changed[number]
        case 1:
            changed.insert(rng.randrange(len(changed)), changed[number])
        case 2:
            rng.shuffle(changed)
        case _:
            del changed[number:]
    return changed


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Bytes lost, changed or added, as by a bad disk or an editor."""
    at = rng.randrange(len(data) + 1)
    until = min(len(data), at + rng.choice((1, 1, 2, 10, 1000)))
    match rng.randrange(6):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[until:]
        case 2:
            return data[:at] + rng.randbytes(until - at) + data[until:]
        case 3:
            new = rng.choice((b"\0", b"\n", b"\xff", b"\xed\xa0\x80", b'"', b"}", b"\xef\xbb\xbf"))
            return data[:at] + new + data[at:]
        case 4:
            return data[:at] + data[at:until] * 2 + data[until:]
        case _:
            return rng.choice((b"", b"\n", b"{}", b"[]", b"null", b"\xff\xfe", data.upper()))
