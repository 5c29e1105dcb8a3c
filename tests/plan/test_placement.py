"""Where missing snapshots are created from: as few reverts as any order could do with."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from reconcile.model.desired import Current, DesiredSnapshot
from reconcile.plan.phases.placement import paths
from tests.properties.profile import examples
from tests.rules.notation import PLACE, declared

Entries = tuple[DesiredSnapshot, ...]


@st.composite
def missing(draw: st.DrawFn) -> tuple[Entries, str, str | None]:
    """Up to five missing entries below `A` and `B`, the current one, and the one to end at."""
    entries: list[DesiredSnapshot] = []
    for name in ("n1", "n2", "n3", "n4", "n5")[: draw(st.integers(1, 5))]:
        above = draw(st.sampled_from(["A", "B", *(each.name for each in entries)]))
        entries.append(DesiredSnapshot(name, above, PLACE))
    goal = draw(st.none() | st.sampled_from(["A", *(each.name for each in entries)]))
    return tuple(entries), draw(st.sampled_from(["A", "B"])), goal


def reverts(order: Entries, current: str, goal: str | None) -> int | None:
    """How many reverts creating in this order takes, or None where a parent would be missing."""
    there, count = {"A", "B"}, 0
    for entry in order:
        if entry.parent not in there:
            return None
        count += entry.parent != current
        current = entry.name
        there.add(entry.name)
    return count + (goal is not None and goal != current)


def fewest(entries: Entries, current: str, goal: str | None) -> int:
    """By trying all orders."""
    counts = (reverts(order, current, goal) for order in permutations(entries))
    return min(count for count in counts if count is not None)


@examples(150)
@given(missing())
def test_no_order_needs_fewer_reverts(case: tuple[Entries, str, str | None]) -> None:
    entries, current, goal = case
    order = tuple(entry for path in paths(entries, current, goal) for entry in path.entries)
    assert sorted(each.name for each in order) == sorted(each.name for each in entries)
    assert reverts(order, current, goal) == fewest(entries, current, goal)


def test_what_the_guest_holds_now_is_captured_first() -> None:
    wanted = declared("A (left) (right)", current=Current("right")).snapshots[1:]
    first, *_ = paths(wanted, "A", "right")
    assert first.end == "left"
