"""A frozen mapping is its dict, for reading; nothing changes it, and it survives every copy."""

import copy
import operator
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.model.frozen import FrozenMapping

DICTS = st.dictionaries(st.text(), st.integers())
CHANGES: list[Callable[[FrozenMapping[str, int]], object]] = [
    lambda found: operator.setitem(found, "a", 2),
    lambda found: operator.delitem(found, "a"),
    lambda found: found.__ior__({"b": 1}),
    lambda found: found.clear(),
    lambda found: found.pop("a"),
    lambda found: found.pop("none", 1),
    lambda found: found.popitem(),
    lambda found: found.setdefault("b", 1),
    lambda found: found.update(b=1),
]


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_changes_it(change: Callable[[FrozenMapping[str, int]], object]) -> None:
    found = FrozenMapping({"a": 1})
    with pytest.raises(TypeError, match="cannot be changed"):
        change(found)
    assert found == {"a": 1}


def test_every_way_to_change_a_dict_is_closed() -> None:
    """A later Python may know more of them than this one."""
    reading = {"copy", "fromkeys", "get", "items", "keys", "values", *vars(object)}
    reading |= {f"__{each}__" for each in ("contains", "getitem", "iter", "len", "reversed")}
    reading |= {"__or__", "__ror__", "__class_getitem__"}
    assert {each for each in vars(dict) if each not in vars(FrozenMapping)} <= reading


@given(DICTS, DICTS)
def test_an_edit_is_a_new_one(before: dict[str, int], more: dict[str, int]) -> None:
    found = FrozenMapping(before)
    assert found.put(more) == {**before, **more}
    rest = {key: value for key, value in before.items() if key not in more}
    assert found.without(more) == rest
    assert found == before
    assert isinstance(found.put(more), FrozenMapping)
    assert isinstance(found.without(more), FrozenMapping)


@given(DICTS)
def test_copies_are_equal_and_frozen(items: dict[str, int]) -> None:
    found = FrozenMapping(items)
    copies = [copy.copy(found), copy.deepcopy(found)]
    copies += [pickle.loads(pickle.dumps(found, each)) for each in range(6)]  # noqa: S301 - our own
    for each in copies:
        assert isinstance(each, FrozenMapping)
        assert (each, hash(each)) == (found, hash(found))


def test_equal_ones_have_one_hash_in_any_order() -> None:
    first, second = FrozenMapping({"a": 1, "b": 2}), FrozenMapping({"b": 2, "a": 1})
    assert len({first, second}) == 1
    with pytest.raises(TypeError):
        hash(FrozenMapping({"a": [1]}))
