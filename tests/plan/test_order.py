"""The order of phases: what keeps the guest's state first, what cannot be undone last."""

from dataclasses import replace

from reconcile.model.desired import Current, DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.hazard import NEED_APPROVAL
from reconcile.model.host import Host
from reconcile.model.images import Image, ImageGraph
from reconcile.plan.planner import plan_domain
from tests.harness.identity import HERE
from tests.rules.notation import FORKY, declared, drawn, grown

NOW = grown("int A, int B, int C")


def steps(desired: DesiredTree, now: Domain = NOW, images: ImageGraph | None = None) -> list[str]:
    """Each step as `verb name`; the plan must have no refusals."""
    wanted = replace(desired, allow=NEED_APPROVAL)
    plan = plan_domain(wanted, now, Host(HERE, FORKY, images or ImageGraph()))
    assert not plan.refusals
    return [f"{step.action.kind} {step.action.snapshot}" for step in plan.steps]


def test_creates_then_redefines_then_reverts_then_deletes() -> None:
    # A's mark, and B's, are of other declarations: their entries say less than the history did
    wanted = declared("A (C (D))", current=Current("A"))
    found = [step.split()[0] for step in steps(wanted)]
    assert found == sorted(found, key=["create", "redefine", "revert", "delete"].index)
    assert {"create", "revert", "delete"} <= set(found)


def test_a_revert_comes_after_the_deletes_where_it_must() -> None:
    """libvirt has forgotten that `C` lies on the overlay of `B`: a revert would remove it."""
    now = grown("ext A, ext B, ext C, revert B, ext D, delete D")
    assert drawn(now.tree) == "A ext (B ext* (C ext))"
    found = steps(declared("A (B)", current=Current("A")), now)
    assert found[-2:] == ["delete C", "revert A"]


def test_a_rename_comes_before_all_else() -> None:
    now = grown("ext A, ext B")
    wanted = declared("A (bee)")
    a, bee = wanted.snapshots
    renamed = replace(wanted, snapshots=(a, replace(bee, renamed_from="B")))
    assert steps(renamed, now)[:2] == ["redefine bee", "delete B"]


def test_what_can_be_undone_comes_before_a_revert_to_create_below() -> None:
    """C is current: `new` is taken below it first, `branch` after a revert to A, which loses it."""
    wanted = declared("A (B (C (new))) (branch)")
    described = tuple(
        replace(each, description="said") if each.name == "A" else each for each in wanted.snapshots
    )
    found = steps(replace(wanted, snapshots=described))
    undoable = ["create new", "redefine A"]
    assert [step for step in found if step in {*undoable, "revert A"}] == [*undoable, "revert A"]


def test_metadata_of_what_was_merged_by_hand_is_forgotten_before_a_snapshot_is_taken() -> None:
    now = grown("ext A, ext B")
    root = "/images/vda.qcow2"
    merged = replace(now, disks=(replace(now.disks[0], path=root, backing=()),))
    gone = Image(exists=Fact.NO)
    images = ImageGraph(
        {root: Image(Fact.YES, (), ()), "/images/vda.A": gone, "/images/vda.B": gone}
    )
    wanted = replace(declared("new"), forget=("A", "B"))
    assert steps(wanted, merged, images) == ["delete B", "delete A", "create new"]
