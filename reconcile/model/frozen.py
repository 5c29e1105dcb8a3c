"""A mapping that never changes: part of values that are compared, hashed, copied and pickled."""

from collections.abc import Hashable, Iterable, Mapping
from typing import NoReturn, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class FrozenMapping(dict[Key, Value]):
    """A dict without any way to change it.

    It is derived from dict, since a tree's snapshots are looked up and copied at every step of a
    plan: reading it costs what reading a dict costs, copying 1,500 snapshots a tenth of what
    copying a `MappingProxyType` does, which moreover does not pickle. It equals a dict of the same
    items, and hashes where all its values do. Every method that changes a dict raises TypeError.
    """

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override] # dict says that it has none
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type["FrozenMapping[Key, Value]"], tuple[dict[Key, Value]]]:
        """For pickle, which would else make an empty one and then change it."""
        return type(self), (dict(self),)

    def __copy__(self) -> "FrozenMapping[Key, Value]":
        return self

    def _refuse(self, *_arguments: object, **_keywords: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be changed")

    __setitem__ = _refuse
    __delitem__ = _refuse
    __ior__ = _refuse
    clear = _refuse
    pop = _refuse
    popitem = _refuse
    setdefault = _refuse
    update = _refuse

    def put(self, items: Mapping[Key, Value]) -> "FrozenMapping[Key, Value]":
        """A mapping with these items added or replaced."""
        return FrozenMapping({**self, **items})

    def without(self, keys: Iterable[Key]) -> "FrozenMapping[Key, Value]":
        """A mapping without these keys; a key that is not there is passed over."""
        rest = dict(self)
        for key in keys:
            rest.pop(key, None)
        return FrozenMapping(rest)
