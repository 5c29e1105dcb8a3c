"""The only importer of cattrs: values of `model` to plain data and back."""

from dataclasses import is_dataclass
from functools import cache
from typing import Any, TypeVar

from cattrs import Converter
from cattrs.errors import BaseValidationError
from cattrs.gen import make_dict_unstructure_fn

Value = TypeVar("Value")


class DecodeError(ValueError):
    """Plain data that is not what it should be."""


@cache
def _converter() -> Converter:
    """Defaults are left out: a plan is read by people too, and most values are defaults."""
    converter = Converter(forbid_extra_keys=True, unstruct_collection_overrides={frozenset: sorted})
    converter.register_unstructure_hook_factory(
        is_dataclass,
        lambda kind: make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=True),
    )
    return converter


def plain(value: object) -> Any:  # noqa: ANN401 - JSON has no better type
    """Dictionaries, lists, strings, numbers, booleans and None."""
    return _converter().unstructure(value)


def value_of(data: object, kind: type[Value]) -> Value:
    """The value again. Raises DecodeError."""
    try:
        return _converter().structure(data, kind)
    except (BaseValidationError, TypeError, ValueError, KeyError) as error:
        raise DecodeError(str(error)) from error
