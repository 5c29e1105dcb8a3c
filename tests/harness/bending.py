"""Documents that were bent: any value in any place of what was good before."""

from typing import Any

from hypothesis import strategies as st

Place = tuple[str | int, ...]

BENT: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 10**30, 1.5, "", "\0", "\ud800", "x" * 70, [], [[]], {}, {"a": 1}, [None]]
)


def places(data: object, place: Place = ()) -> list[Place]:
    """The way to every value of a document."""
    pairs: list[tuple[str | int, Any]] = []
    if isinstance(data, dict):
        pairs = list(data.items())
    elif isinstance(data, list):
        pairs = list(enumerate(data))
    below = [found for key, each in pairs for found in places(each, (*place, key))]
    return [*([place] if place else []), *below]


def bent(data: Any, place: Place, value: object) -> Any:  # noqa: ANN401 - JSON
    """The document with another value at this place."""
    key, *rest = place
    copy: Any = dict(data) if isinstance(data, dict) else list(data)
    copy[key] = bent(copy[key], tuple(rest), value) if rest else value
    return copy
