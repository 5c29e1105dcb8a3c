"""Declaring what somebody else has made: an action that is seen, or none with `adopt: false`."""

from dataclasses import replace

from reconcile.model.host import Host
from reconcile.model.plan import Change, Reason
from reconcile.model.snapshot import Mark
from reconcile.model.tree import Tree
from reconcile.plan.planner import plan_domain
from tests.harness.identity import HERE
from tests.rules.cases import edited
from tests.rules.notation import FORKY, declared, grown

FOREIGN = edited(grown("int A"), "A", mark=None)
WANTED = declared("A int")


def test_a_bare_entry_adopts_what_is_there() -> None:
    (step,) = plan_domain(WANTED, FOREIGN, Host(HERE, FORKY)).steps
    assert step.reason is Reason.ADOPT
    assert Change("owned", "false", "true") in step.changes
    assert step.reversible


def test_without_adopting_there_is_nothing_to_do() -> None:
    plan = plan_domain(replace(WANTED, adopt=False), FOREIGN, Host(HERE, FORKY))
    assert plan.in_sync


def test_labels_need_a_mark_whatever_is_said() -> None:
    (entry,) = WANTED.snapshots
    labelled = replace(WANTED, adopt=False, snapshots=(replace(entry, labels=(("a", "b"),)),))
    (step,) = plan_domain(labelled, FOREIGN, Host(HERE, FORKY)).steps
    assert step.reason is Reason.ADOPT


def test_what_holds_no_definition_can_hold_no_mark() -> None:
    """Adopting it would be refused for ever; declared, it is kept."""
    bare = edited(FOREIGN, "A", has_domain=False)
    assert plan_domain(WANTED, bare, Host(HERE, FORKY)).in_sync


def test_without_adopting_another_manifests_mark_stays() -> None:
    """Until something differs that is compared: then the redefine brings the mark along."""
    (found,) = FOREIGN.tree
    marked = replace(found, mark=Mark(found.name, "of another manifest"))
    domain = replace(FOREIGN, tree=Tree.of([marked], found.name))
    wanted = replace(WANTED, adopt=False)
    assert plan_domain(wanted, domain, Host(HERE, FORKY)).steps == ()
    assert len(plan_domain(WANTED, domain, Host(HERE, FORKY)).steps) == 1
    (entry,) = WANTED.snapshots
    described = replace(wanted, snapshots=(replace(entry, description="new"),))
    (step,) = plan_domain(described, domain, Host(HERE, FORKY)).steps
    assert [change.field for change in step.changes] == ["description"]
