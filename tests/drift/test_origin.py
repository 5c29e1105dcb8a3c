"""Whose doing a difference is, for every way in which three sides can differ."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.diff.declaration import mark
from reconcile.diff.origin import drift, recorded
from reconcile.model.desired import Current, DesiredSnapshot, DesiredTree, Prune, RevertWhen
from reconcile.model.domain import Domain
from reconcile.model.drift import Origin
from reconcile.model.host import Host
from reconcile.plan.planner import plan_domain
from tests.harness.identity import HERE
from tests.properties.profile import examples
from tests.properties.wishes import ownerships, wishes
from tests.properties.worlds import World, worlds
from tests.rules.notation import PLACE, grown

Sides = tuple[str | None, str | None, str]


def entry(name: str, parent: str | None = None, text: str | None = None) -> DesiredSnapshot:
    return DesiredSnapshot(name, parent, PLACE, description=text)


def tree(*entries: DesiredSnapshot, current: str | None = None) -> DesiredTree:
    wanted = None if current is None else Current(current)
    return DesiredTree(("web01",), PLACE, current=wanted, snapshots=entries)


def applied(desired: DesiredTree, domain: Domain) -> Domain:
    """The domain as an apply leaves it: every snapshot marked, and the tree recorded."""
    for each in desired.snapshots:
        found = domain.tree[each.name]
        described = found.description if each.description is None else each.description
        owned = replace(found, mark=mark(each, None, None), description=described)
        domain = replace(domain, tree=domain.tree.put(owned))
    record = recorded(desired, domain.tree)
    assert record is not None
    root = replace(domain.tree[record.snapshot], mark=record)
    domain = replace(domain, tree=domain.tree.put(root))
    assert recorded(desired, domain.tree) is None
    return domain


def origins(desired: DesiredTree, domain: Domain) -> dict[tuple[str | None, str], Origin]:
    return {(each.snapshot, each.field): each.origin for each in drift(desired, domain)}


@pytest.mark.parametrize("marked", ["by value", "by digest"])
@pytest.mark.parametrize(
    ("sides", "origin"),
    [
        (("a", "a", "b"), Origin.HOST),
        (("a", "b", "a"), Origin.GIT),
        (("a", "b", "c"), Origin.BOTH),
        ((None, "b", "a"), Origin.GIT),
        (("a", "a", "a"), None),
        (("a", None, "b"), None),
    ],
)
def test_a_value_on_three_sides(sides: Sides, origin: Origin | None, marked: str) -> None:
    """A mark with a digest alone cannot tell both, nor what was not declared before."""
    then, now, there = sides
    domain = applied(tree(entry("A", None, then)), grown("ext A"))
    found = replace(domain.tree["A"], description=there)
    if marked == "by digest" and found.mark is not None:
        found = replace(found, mark=replace(found.mark, fields=()))
    domain = replace(domain, tree=domain.tree.put(found))
    told = origins(tree(entry("A", None, now)), domain)
    if marked == "by digest" and (origin is Origin.BOTH or then is None):
        origin = Origin.UNKNOWN
    assert told.get(("A", "description")) == origin


@pytest.mark.parametrize(
    ("then", "now", "there", "origin"),
    [
        ("B", "B", "A", Origin.HOST),
        ("A", "B", "A", Origin.GIT),
        ("C", "B", "A", Origin.BOTH),
        (None, "B", "A", Origin.GIT),
    ],
)
def test_the_current_snapshot(then: str | None, now: str, there: str, origin: Origin) -> None:
    entries = (entry("A"), entry("B", "A"), entry("C", "B"))
    domain = applied(tree(*entries, current=then), grown("ext A, ext B, ext C"))
    domain = replace(domain, tree=domain.tree.with_current(there))
    assert origins(tree(*entries, current=now), domain) == {("B", "current"): origin}


def test_what_is_missing() -> None:
    then = tree(entry("A"), entry("B", "A"), entry("C", "B"))
    domain = applied(then, grown("ext A, ext B, ext C"))
    left = replace(domain, tree=domain.tree.drop("C").drop("B"))
    now = tree(entry("A"), entry("B", "A"), entry("C", "B"), entry("D", "C"))
    assert origins(now, left) == {
        ("B", "snapshot"): Origin.HOST,
        ("C", "snapshot"): Origin.HOST,
        ("D", "snapshot"): Origin.GIT,
    }
    orphan = replace(domain.tree["B"], parent=None)
    rootless = replace(domain, tree=domain.tree.drop("A").put(orphan))
    assert origins(now, rootless) == {
        ("A", "snapshot"): Origin.HOST,
        ("B", "parent"): Origin.HOST,
        ("D", "snapshot"): Origin.UNKNOWN,
    }


def test_what_is_not_declared() -> None:
    domain = applied(tree(entry("A"), entry("B", "A")), grown("ext A, ext B, ext C"))
    theirs = replace(domain.tree["C"], mark=None)
    domain = replace(domain, tree=domain.tree.put(theirs))
    wanted = tree(entry("A"))
    assert origins(wanted, domain) == {("B", "snapshot"): Origin.GIT}
    every = replace(wanted, prune=Prune.ALL)
    both = {("B", "snapshot"): Origin.GIT, ("C", "snapshot"): Origin.HOST}
    assert origins(every, domain) == both


@examples(150)
@given(st.data(), worlds())
def test_there_is_a_difference_where_a_plan_has_something_to_do(
    data: st.DataObject, world: World
) -> None:
    """But for a revert that is declared for every apply."""
    observed = data.draw(ownerships(world.now))
    desired = data.draw(wishes(observed))
    plan = plan_domain(desired, observed, Host(HERE, world.host))
    found = drift(desired, observed)
    if plan.in_sync:
        assert found == ()
    always = desired.current is not None and desired.current.revert is RevertWhen.ALWAYS
    if not found and not always:
        assert plan.in_sync
