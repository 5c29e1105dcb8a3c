"""Every public value and error can be handed to another process, and arrives as it was.

The types are found by walking the modules, their instances are made from their annotations: a new
type is tested without a word here, and one of which no instance can be made fails.
"""

import pickle
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from enum import Enum
from importlib import import_module
from inspect import getmembers, isclass
from types import ModuleType
from typing import Any

import pytest

import reconcile.errors
import reconcile.journal.records
import reconcile.model
import reconcile.recovery
import reconcile.views
from reconcile.errors import ReconcileError
from reconcile.model.frozen import FrozenMapping
from reconcile.model.tree import Tree
from tests.model.instances import made

WALKED = (
    reconcile.model,
    reconcile.errors,
    reconcile.views,
    reconcile.recovery,
    reconcile.journal.records,
)
OTHERS = {FrozenMapping}  # neither dataclass, enum nor error; tested by itself


def modules(root: ModuleType) -> Iterator[ModuleType]:
    """The module and all below it."""
    yield root
    for found in pkgutil.walk_packages(getattr(root, "__path__", ()), f"{root.__name__}."):
        yield import_module(found.name)


def public(roots: Iterable[ModuleType]) -> set[type]:
    """Every class without an underscore that these modules define."""
    return {
        each
        for root in roots
        for module in modules(root)
        for name, each in getmembers(module, isclass)
        if each.__module__ == module.__name__ and not name.startswith("_")
    }


TYPES = sorted(public(WALKED) - OTHERS, key=lambda each: (each.__module__, each.__name__))
ENUMS = [each for each in TYPES if issubclass(each, Enum)]
ERRORS = [each for each in TYPES if issubclass(each, BaseException)]
VALUES = [each for each in TYPES if is_dataclass(each)]


def arrived(value: object) -> Any:  # noqa: ANN401 - of the value's own type
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


def facts(value: object) -> object:
    """What an error holds; by themselves errors are equal to none but themselves."""
    match value:
        case BaseException():
            return type(value), value.args, {key: facts(each) for key, each in vars(value).items()}
        case tuple():
            return tuple(map(facts, value))
    return value


def test_every_public_type_is_a_value_or_an_error() -> None:
    known = {*ENUMS, *ERRORS, *VALUES}
    assert [each for each in TYPES if each not in known] == []
    assert {ReconcileError, Tree} <= known  # the walk finds packages and modules


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_an_enum(kind: type[Enum]) -> None:
    for member in kind:
        assert arrived(member) is member


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_a_value(kind: type) -> None:
    value = made(kind)
    copy = arrived(value)
    assert type(copy) is kind
    assert copy == value
    assert repr(copy) == repr(value)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
def test_a_value_is_frozen(kind: Any) -> None:  # noqa: ANN401 - a dataclass, which typing cannot say
    """Else two processes, or two steps of one plan, may come to see different ones."""
    assert kind.__dataclass_params__.frozen
    assert not hasattr(made(kind), "__dict__")


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error(kind: type[BaseException]) -> None:
    error = made(kind)
    copy = arrived(error)
    assert type(copy) is kind
    assert str(copy) == str(error)
    assert facts(copy) == facts(error)
    assert vars(copy)
