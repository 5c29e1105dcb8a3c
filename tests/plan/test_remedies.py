"""Every way out of every refusal, followed: none leads back, and all lead to a legal plan.

A chain of ways may need some steps; it may also end where the last refusal says that there is no
way. The situations are those that the tests of the rules and of refused plans provoke.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter

import pytest

from reconcile.model.action import Redefine
from reconcile.model.desired import DesiredTree
from reconcile.model.host import Host
from reconcile.model.plan import DomainPlan, Refusal
from reconcile.model.way_out import Way, WayOut
from reconcile.plan.planner import plan_domain
from reconcile.rules.refusals import RULES, Code
from tests.harness.identity import HERE
from tests.plan import test_refused_plans as plans
from tests.plan.declarations import declaration
from tests.plan.follower import followed
from tests.plan.more_refusals import MORE
from tests.plan.situations import Situation
from tests.properties.wishes import marked
from tests.rules import test_create, test_delete, test_redefine, test_revert
from tests.rules.cases import Case
from tests.rules.notation import FORKY

LONGEST = 6  # refusals from the first to the last of a chain

BETWEEN = frozenset(
    {
        Code.NAME_TAKEN,
        Code.SNAPSHOT_GONE,
        Code.PARENT_CYCLE,
        Code.PARENT_NOT_CURRENT,
        Code.PARENT_REFUSED,
    }
)
"""What a single call meets only where somebody changed something since the plan was made."""

SELDOM = frozenset(
    {
        Code.DELETE_IN_USE,
        Code.EXTERNAL_OVERLAY_GONE,
        Code.EXTERNAL_SEVERAL_CHILDREN,
        Code.FORGET_EXTERNAL,
    }
)
"""One of whose ways seldom leads on, so that it is not offered here; `test_remedies_any` follows
what is offered for random domains."""

TRUE = plans.CHAIN.tree.snapshots


@dataclass(frozen=True, slots=True)
class Start:
    """A declaration whose plan holds the code, and all that is known where it is made."""

    code: Code
    desired: DesiredTree
    situation: Situation

    def planned(self) -> DomainPlan:
        """The first plan: of a declaration that no manifest may be able to hold."""
        return plan_domain(self.desired, self.situation.observed, self.situation.host)

    def __str__(self) -> str:
        return str(self.code)


def starts() -> Iterator[Start]:
    """Every provoked refusal."""
    tables = (test_create, test_delete, test_revert, test_redefine)
    for case in (case for table in tables for case in table.CASES):
        if case.code not in BETWEEN:
            yield of_action(case)
    for each in plans.CASES:
        host = Host(HERE, FORKY, each.images, each.dumps, each.resources)
        situation = Situation.of(each.desired, each.observed, host)
        yield start(each.code, each.desired, replace(situation, true=TRUE))

    for more in MORE:
        situation = Situation.of(more.desired, more.observed, more.host)
        yield start(more.code, more.desired, replace(situation, true=TRUE))


def of_action(case: Case) -> Start:
    """The same for one action, by a declaration that asks for it."""
    now, action = marked(case.now), case.action
    desired = declaration(now, action)
    dumps = {}
    if isinstance(action, Redefine) and action.dump and action.file:
        dumps[action.file] = action.dump
    host = Host(HERE, case.host, dumps=dumps)
    situation = Situation.of(desired, now, host)
    return start(case.code, desired, replace(situation, true=TRUE))


def start(code: Code, desired: DesiredTree, situation: Situation) -> Start:
    return Start(code, desired, situation)


STARTS = list(starts())


@pytest.mark.parametrize("start", STARTS, ids=str)
def test_every_way_out_leads_out(start: Start, tmp_path: Path) -> None:
    plan = start.planned()
    found = [each for each in plan.refusals if each.code == start.code]
    assert found, [(each.code, each.snapshot, each.message) for each in plan.refusals]
    for refusal in found:
        assert refusal.ways
        for way in refusal.ways:
            if way.way is not Way.NONE:
                after = followed(way, refusal.snapshot, start.situation)
                chain(after, [told(refusal, way)], tmp_path)


def test_every_way_out_is_followed() -> None:
    """A way that no situation offers would be words that nobody has tried."""
    followed_ways: dict[str, set[str]] = {}
    for each in STARTS:
        found = (refusal for refusal in each.planned().refusals if refusal.code == each.code)
        told = {way.words for refusal in found for way in refusal.ways}
        followed_ways.setdefault(each.code, set()).update(told)
    for code, rule in RULES.items():
        for way in (template.way for template in rule.ways if code not in {*BETWEEN, *SELDOM}):
            offered = followed_ways.get(code, set())
            untried = way.way is not Way.NONE and not any(map(shape(way).fullmatch, offered))
            assert not untried, f"no situation offers for {code}: {way.words}"


def shape(way: WayOut) -> re.Pattern[str]:
    """What the words of a way look like with any facts in them."""
    parts = Formatter().parse(way.words)
    said = (re.escape(text) + ("" if fact is None else ".*") for text, fact, _, _ in parts)
    return re.compile("".join(said), re.DOTALL)


def chain(now: Situation, way: list[str], folder: Path) -> None:
    """Follow the first way of the first refusal until there is none to follow."""
    seen = {each.split(":")[0] for each in way}
    while True:
        plan = now.planned(folder)
        again = [each for each in plan.refusals if name(each) in seen]
        assert not again, f"{way} leads back to {[(name(r), r.message) for r in again]}"
        open_ones = [each for each in plan.refusals if each.ways[0].way is not Way.NONE]
        if not open_ones:
            return
        assert len(way) < LONGEST, (way, [(name(r), r.message) for r in plan.refusals])
        refusal = open_ones[0]
        way.append(told(refusal, refusal.ways[0]))
        seen.add(name(refusal))
        now = followed(refusal.ways[0], refusal.snapshot, now)


def name(refusal: Refusal) -> str:
    return f"{refusal.code} {refusal.snapshot}"


def told(refusal: Refusal, way: WayOut) -> str:
    return f"{name(refusal)}: {way.way} {way.subject} {way.value} {way.snapshots}"
