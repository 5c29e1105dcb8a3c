"""A plan in text: what stands where, what is left out, what is stressed."""

from dataclasses import replace

import pytest

from reconcile.model.hazard import Hazard
from reconcile.model.told_step import StepKind
from reconcile.render.text_plan import FEW, HANDFUL, show_plan
from reconcile.views.change import ChangeView
from reconcile.views.hazard import HazardView
from reconcile.views.plan import Counts, DomainPlanView, PlanView, RefusalView, Standing
from reconcile.views.step import StepView
from reconcile.views.tree import NodeView, TreeView
from tests.harness.identity import web
from tests.render.screen import printed

LOSS = HazardView(Hazard.DISCARDS_GUEST_STATE, "what web01 wrote since b is lost", grave=True)
MOVE = HazardView(Hazard.CHANGES_DISK_PATH, "vda lies on /b afterwards", grave=False)
FIRST = StepView(1, StepKind.CREATE, "a", "as a root", "memory none; disks vda external")
LAST = StepView(
    2, StepKind.REVERT, "b", "(to create below it)", None, hazards=(LOSS, MOVE), reversible=False
)
COUNTS = Counts(((StepKind.CREATE, 1), (StepKind.REVERT, 1)))
REFUSAL = RefusalView("a-code", "a", "a rule", "a way out", "web01.yaml:6:5")
PENDING = DomainPlanView(web(), Standing.PENDING, COUNTS, None, (FIRST, LAST), no_return=2)
BLOCKED = replace(
    PENDING,
    standing=Standing.BLOCKED,
    counts=replace(COUNTS, refused=1),
    refusals=(REFUSAL,),
    foreign=("x", "y"),
    kept=("z",),
    warnings=("a warning",),
)


def in_sync(number: int) -> DomainPlanView:
    return DomainPlanView(web(number), Standing.IN_SYNC)


def shown(*domains: DomainPlanView, counts: Counts = COUNTS, colour: bool = False) -> str:
    plan = PlanView(domains, counts, "sha256:0")
    return printed(lambda console: show_plan(console, plan), colour=colour)


def test_no_way_back_is_a_rule_between_two_steps() -> None:
    assert (
        shown(PENDING)
        == """\
web01  qemu:///system
    1  + create a as a root
       memory none; disks vda external
  ─── no way back from here on ───
    2  ↩ revert b  (to create below it)
       ⚠  what web01 wrote since b is lost  [discards-guest-state]
       ·  vda lies on /b afterwards  [changes-disk-path]

Plan: 1 to create, 1 to revert. sha256:0
"""
    )


def test_a_blocked_domain_says_so_in_its_title_and_has_no_such_rule() -> None:
    assert (
        shown(BLOCKED, counts=BLOCKED.counts)
        == """\
web01  qemu:///system  blocked
    1  + create a as a root
       memory none; disks vda external
    2  ↩ revert b  (to create below it)
       ⚠  what web01 wrote since b is lost  [discards-guest-state]
       ·  vda lies on /b afterwards  [changes-disk-path]
  ✗  refused a: a rule
     a way out  [a-code]  web01.yaml:6:5
  blocked: none of these steps will be taken
  !  a warning
  not ours, left alone: x, y
  not declared, kept by `prune: none`: z

Plan: 1 to create, 1 to revert; 1 refused. sha256:0
"""
    )


def test_a_plan_that_can_be_undone_says_so() -> None:
    text = shown(replace(PENDING, steps=(FIRST,), no_return=None))
    assert "\n  all of it can be undone\n" in text
    assert "no way back" not in text


def test_what_differs_is_shown_before_and_after_or_in_words() -> None:
    changes = (
        ChangeView("description", '"old"', '"new"'),
        ChangeView("owned", "false", "true"),
        ChangeView("labels", note="not declared any more"),
    )
    step = StepView(1, StepKind.REDEFINE, "a", changes=changes, removed=("/x",), adopted=("/y",))
    text = shown(replace(PENDING, steps=(step,), no_return=None))
    assert (
        """
    1  ~ redefine a
       description: "old" → "new"
       owned: false → true
       labels: not declared any more
       takes over /y
       removes /x
"""
        in text
    )


def test_a_snapshot_has_all_its_signs() -> None:
    kinds = (StepKind.CREATE, StepKind.REVERT)
    nodes = (
        NodeView("a", 0, last=False, kinds=kinds, current=True),
        NodeView("b", 1, last=True),
        NodeView("c", 0, last=True, refused=True),
    )
    text = shown(replace(PENDING, tree=TreeView(nodes)))
    assert (
        """
  snapshots
  ├── + ↩ a (current)
  │   └── b
  └── c (refused)

"""
        in text
    )


def test_many_domains_in_sync_share_a_line() -> None:
    few = [in_sync(number) for number in range(1, FEW + 1)]
    text = shown(*few, counts=Counts())
    assert text.count("  in sync\n") == FEW
    text = shown(*few, in_sync(99), counts=Counts())
    assert text == (
        f"{FEW + 1} domains in sync: web01, web02, web03, web99\nIn sync: nothing to do.\n"
    )


def test_a_domain_in_sync_with_something_to_tell_keeps_its_line() -> None:
    others = [in_sync(number) for number in range(2, 9)]
    text = shown(replace(in_sync(1), foreign=("x",)), *others, counts=Counts())
    assert text.startswith("web01  qemu:///system  in sync\n  not ours, left alone: x\n7 domains")


@pytest.mark.parametrize("busy", [HANDFUL, HANDFUL + 1])
def test_a_long_plan_ends_with_a_line_per_domain(busy: int) -> None:
    domains = [replace(PENDING, domain=web(number)) for number in range(1, busy)]
    text = shown(*domains, replace(BLOCKED, domain=web(99)))
    summary = text.partition("Summary\n")[2]
    assert bool(summary) == (busy > HANDFUL)
    if summary:
        lines = summary.splitlines()
        assert lines[0] == "  web01  1 to create, 1 to revert  no way back"
        assert lines[busy - 1] == "  web99  1 to create, 1 to revert; 1 refused  blocked"
        assert lines[busy] == ""


def test_nothing_selected() -> None:
    assert shown(counts=Counts()) == "No domain is selected: nothing to do.\n"


def test_what_must_be_read_is_never_dim() -> None:
    """Dim is left for what is there to be looked up."""
    dim = [
        part.partition("\x1b[0m")[0].strip()
        for part in shown(BLOCKED, colour=True).split("\x1b[2m")[1:]
    ]
    assert dim == [
        "qemu:///system",
        "memory none; disks vda external",
        "[discards-guest-state]",
        "[changes-disk-path]",
        "[a-code]  web01.yaml:6:5",
        "sha256:0",
    ]
