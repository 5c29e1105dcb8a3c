"""Choices of an example, by strategies that are made once: making one costs more than drawing."""

from collections.abc import Sequence
from typing import Final, TypeVar

from hypothesis import strategies as st

Option = TypeVar("Option")
MOST_OPTIONS: Final = 64
_INDEXES: Final = tuple(st.integers(0, last) for last in range(MOST_OPTIONS))


def chosen(draw: st.DrawFn, options: Sequence[Option]) -> Option:
    """One of at most 64 options; an example shrinks towards the first."""
    return options[draw(_INDEXES[len(options) - 1])]
