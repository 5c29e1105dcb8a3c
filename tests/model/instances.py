"""An instance of any type of this project, made from its annotations, with every field filled."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from inspect import signature
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from reconcile.model.frozen import FrozenMapping
from reconcile.model.snapshot import Snapshot
from reconcile.model.tree import Tree

PLAIN: dict[Any, object] = {
    str: "text → ✓",
    int: 3,
    bool: True,
    float: 0.5,
    bytes: b"\x00\xff",
    object: "anything",
    Any: "anything",
    NoneType: None,
    Exception: ValueError("text"),
}


class UnknownTypeError(Exception):
    """No instance can be made of this type: say in `made` how."""


def made(kind: Any) -> Any:  # noqa: ANN401 - of the type
    """An instance; of a union the first type that is not None."""
    if kind in PLAIN:
        return PLAIN[kind]
    if get_origin(kind) is not None or isinstance(kind, UnionType):
        return _generic(get_origin(kind) or UnionType, get_args(kind))
    if kind is Tree:
        return Tree.of([made(Snapshot)], "text")
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [*kind][-1]
    if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, BaseException)):
        return _of_class(kind)
    raise UnknownTypeError(kind)


def _of_class(kind: type) -> object:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{each.name: made(hints[each.name]) for each in fields(kind) if each.init})
    parameters = signature(kind, eval_str=True).parameters.values()
    return kind(**{each.name: made(each.annotation) for each in parameters})


def _generic(origin: Any, arguments: tuple[Any, ...]) -> object:  # noqa: ANN401 - as in `made`
    if origin in (UnionType, Union):
        return made(next(each for each in arguments if each is not NoneType))
    if origin is tuple:
        return tuple(made(each) for each in arguments if each is not ...)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, value = arguments
        return _mapping(origin)({made(key): made(value)})
    if isinstance(origin, type) and issubclass(origin, frozenset | list):
        return origin([made(arguments[0])])
    raise UnknownTypeError(origin, arguments)


def _mapping(origin: type) -> Callable[[dict[Any, Any]], Mapping[Any, Any]]:
    """A field that is called a mapping, of no particular kind, holds a frozen one."""
    return dict if origin is dict else FrozenMapping
