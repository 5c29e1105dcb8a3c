"""What a snapshot's definition needs, by kind of snapshot: refused, warned of, or nothing."""

from dataclasses import replace

import pytest

from reconcile.model.action import Revert
from reconcile.model.definition import Definition, Need, Requirement
from reconcile.model.desired import Current, RevertWhen, RunState
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.hazard import NEED_APPROVAL
from reconcile.model.host import Host
from reconcile.model.images import Image, ImageGraph
from reconcile.model.plan import DomainPlan
from reconcile.plan.planner import plan_domain
from tests.harness.identity import HERE
from tests.rules.cases import edited
from tests.rules.notation import FORKY, declared, grown

ISO = "/iso/cd.iso"
MANDATORY = Requirement(Need.MEDIUM, ISO, "disk hda")
REQUISITE = replace(MANDATORY, optional=True)
OPTIONAL = replace(REQUISITE, optional_at_boot=True)
OFF, RUNNING = grown("int A, int B"), grown("start, int A, int B")
OUTSIDE = grown("ext A, ext B")


def planned(now: Domain, need: Requirement, state: RunState = RunState.AS_CAPTURED) -> DomainPlan:
    """The plan of a revert to `A`, whose definition needs what is not there."""
    observed = edited(now, "A", definition=Definition(requires=(need,)))
    images = ImageGraph({need.name: Image(exists=Fact.NO)})
    current = Current("A", run_state=state)
    tree = declared("A (B)", current=current, allow=NEED_APPROVAL)
    tree = replace(
        tree, snapshots=tuple(replace(e, disks=None, memory=None) for e in tree.snapshots)
    )
    return plan_domain(tree, observed, Host(HERE, FORKY, images))


@pytest.mark.parametrize(
    ("now", "need", "refused"),
    [
        (OFF, MANDATORY, False),
        (OFF, OPTIONAL, False),
        (RUNNING, MANDATORY, True),
        (RUNNING, REQUISITE, False),
        (RUNNING, OPTIONAL, False),
        (OUTSIDE, MANDATORY, True),
        (OUTSIDE, OPTIONAL, True),
    ],
)
def test_a_missing_medium(now: Domain, need: Requirement, refused: bool) -> None:
    plan = planned(now, need)
    assert ("medium-missing" in {each.code for each in plan.refusals}) is refused
    assert bool([w for w in plan.warnings if ISO in w]) is not refused


def test_a_snapshot_taken_off_that_shall_run_needs_what_it_boots_from() -> None:
    plan = planned(OFF, MANDATORY, RunState.RUNNING)
    assert [each.code for each in plan.refusals] == ["medium-missing"]


def test_a_snapshot_that_the_plan_takes_itself_needs_what_the_domain_needs_now() -> None:
    observed = replace(grown(""), definition=Definition(requires=(MANDATORY,)))
    images = ImageGraph({ISO: Image(exists=Fact.NO)})
    current = Current("A", revert=RevertWhen.ALWAYS)
    tree = declared("A ext", current=current, allow=NEED_APPROVAL)
    plan = plan_domain(tree, observed, Host(HERE, FORKY, images))
    assert [each.code for each in plan.refusals] == ["medium-missing"]


def test_what_a_revert_does_to_the_definition_is_shown() -> None:
    then = Definition(memory=1024, vcpus=1, disks=("vda",), interfaces=("52:54:00:00:00:01",))
    now = Definition(memory=2048, vcpus=1, disks=("vda", "vdb"), interfaces=())
    observed = replace(edited(OFF, "A", definition=then), definition=now)
    tree = declared("A (B)", current=Current("A"), allow=NEED_APPROVAL)
    steps = plan_domain(tree, observed, Host(HERE, FORKY)).steps
    (step,) = (each for each in steps if isinstance(each.action, Revert))
    assert [(c.field, c.observed, c.desired) for c in step.changes] == [
        ("current", "B", "A"),
        ("definition.memory", "2048 KiB", "1024 KiB"),
        ("definition.disks.vdb", "attached", None),
        ("definition.interfaces.52:54:00:00:00:01", None, "attached"),
    ]
