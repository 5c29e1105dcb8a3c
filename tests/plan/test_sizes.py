"""Deep chains and wide trees: no recursion, and nothing that takes forever."""

from dataclasses import replace

import pytest

from reconcile.diff.declaration import mark
from reconcile.model.desired import Current, DesiredSnapshot, DesiredTree, Limits
from reconcile.model.domain import Domain
from reconcile.model.hazard import NEED_APPROVAL
from reconcile.model.host import Host
from reconcile.model.plan import DomainPlan
from reconcile.model.snapshot import NO_MEMORY, DiskKind, Snapshot, SnapshotDisk, SnapshotState
from reconcile.model.tree import Tree
from reconcile.plan.planner import plan_domain
from tests.harness.identity import HERE
from tests.rules.notation import FORKY, PLACE, declared, domain

MANY = 1000
NAMES = [f"s{number:04}" for number in range(MANY)]
DEEP = {name: above for above, name in zip([None, *NAMES], NAMES, strict=False)}
WIDE: dict[str, str | None] = {name: None if name == NAMES[0] else NAMES[0] for name in NAMES}
SHAPES = pytest.mark.parametrize("parents", [DEEP, WIDE], ids=["deep", "wide"])
Parents = dict[str, str | None]


def entries(parents: Parents) -> tuple[DesiredSnapshot, ...]:
    return tuple(DesiredSnapshot(name, above, PLACE) for name, above in parents.items())


def observed(parents: Parents) -> Domain:
    """Internal snapshots of ours."""
    held = (SnapshotDisk("vda", DiskKind.INTERNAL),)
    base = (("vda", "/images/vda.qcow2"),)
    found = (
        Snapshot(
            each.name, each.parent, SnapshotState.SHUTOFF, NO_MEMORY, held,
            mark=mark(each, None, None), base=base,
        )
        for each in entries(parents)
    )  # fmt: skip
    return replace(domain(), tree=Tree.of(found, NAMES[-1]))


def planned(desired: DesiredTree, now: Domain) -> DomainPlan:
    wanted = replace(desired, allow=NEED_APPROVAL, limits=Limits(MANY))
    return plan_domain(wanted, now, Host(HERE, FORKY))


@SHAPES
def test_nothing_to_do(parents: Parents) -> None:
    assert planned(replace(declared(""), snapshots=entries(parents)), observed(parents)).in_sync


@SHAPES
def test_all_but_the_first_are_deleted(parents: Parents) -> None:
    plan = planned(replace(declared(""), snapshots=entries(parents)[:1]), observed(parents))
    assert not plan.refusals
    assert len(plan.steps) == MANY - 1


def test_a_deep_chain_is_created() -> None:
    wanted = entries(DEEP)[: MANY // 4]
    plan = planned(replace(declared(""), snapshots=wanted), domain())
    assert not plan.refusals
    assert len(plan.steps) == len(wanted)


def test_all_are_redefined() -> None:
    described = tuple(replace(each, description="new") for each in entries(WIDE))
    plan = planned(replace(declared(""), snapshots=described), observed(WIDE))
    assert not plan.refusals
    assert len(plan.steps) == MANY


def test_a_revert_to_the_root_of_a_deep_chain() -> None:
    wanted = replace(declared("", current=Current(NAMES[0])), snapshots=entries(DEEP))
    assert [step.action.snapshot for step in planned(wanted, observed(DEEP)).steps] == [NAMES[0]]
