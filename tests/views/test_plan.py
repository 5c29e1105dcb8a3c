"""What a plan tells: how a domain stands, what its steps mean, what is left alone."""

from dataclasses import replace

import pytest

from reconcile.model.action import Delete, Redefine
from reconcile.model.desired import Current, Prune, RevertWhen
from reconcile.model.domain import Domain
from reconcile.model.file_effects import FileEffects
from reconcile.model.hazard import Hazard
from reconcile.model.plan import DomainPlan, Plan, Reason, Refusal, Step
from reconcile.model.told_step import StepKind
from reconcile.plan.planner import plan_of
from reconcile.views.plan import Counts, Standing, plan_view
from reconcile.views.step import CallView, StepView
from tests.harness.identity import web
from tests.planfile.test_schema import DECLARED, WEB01
from tests.rules.notation import declared, grown
from tests.views.planned import foreign, owned, viewed

BOTH = owned(grown("int A, int B"), "A", "B")


def test_a_domain_as_declared_is_in_sync_and_has_no_tree() -> None:
    view = viewed(BOTH, declared("A (B)"))
    assert (view.standing, view.tree, view.steps) == (Standing.IN_SYNC, None, ())
    assert view.domain.name == "web01"


def test_a_domain_with_steps_is_pending() -> None:
    view = viewed(BOTH, declared("A (B (C))"))
    assert view.standing is Standing.PENDING
    assert view.counts == Counts(((StepKind.CREATE, 1),))
    (step,) = view.steps
    assert (step.number, step.kind, step.snapshot, step.aside) == (
        *(1, StepKind.CREATE, "C"),
        "below B",
    )
    assert step.captured == "memory none; disks vda internal"


def test_a_domain_with_a_refusal_is_blocked() -> None:
    view = viewed(BOTH, declared("A (B) (two_words-é)"))
    assert view.standing is Standing.BLOCKED
    assert view.counts.refused == len(view.refusals) > 0


def test_what_is_not_ours_and_what_is_kept_are_told_apart() -> None:
    domain = foreign(owned(grown("int A, int B, int C"), "A", "C"), "B")
    view = viewed(domain, replace(declared("A"), prune=Prune.NONE))
    assert (view.foreign, view.kept) == (("B",), ("C",))


def test_the_way_back_ends_with_the_first_step_without_an_inverse() -> None:
    view = viewed(BOTH, declared("A (C)"))
    kinds = [step.kind for step in view.steps]
    assert view.no_return == kinds.index(StepKind.DELETE) + 1
    assert viewed(BOTH, declared("A (B (C))")).no_return is None


def test_calls_are_told_only_where_they_are_asked_for() -> None:
    call = CallView("virDomainSnapshotDelete", ("METADATA_ONLY",))
    plan = _plan(Step(Delete("base", metadata_only=True), Reason.FORGOTTEN))
    assert plan_view(plan).domains[0].steps[0].calls == ()
    assert plan_view(plan, calls=lambda _: (call,)).domains[0].steps[0].calls == (call,)


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        (grown("int A, int B"), "what web01 wrote since B is lost"),
        (grown("int A, int B, start"), "what web01 wrote since B, and its memory, is lost"),
        (
            replace(grown("int A, int B"), tree=grown("int A, int B").tree.with_current(None)),
            "what web01 holds now is lost",
        ),
    ],
)
def test_a_revert_names_what_is_lost(domain: Domain, words: str) -> None:
    current = Current("A", revert=RevertWhen.ALWAYS)
    allow = frozenset({Hazard.DISCARDS_GUEST_STATE})
    wanted = replace(declared("A (B)"), current=current, allow=allow)
    view = viewed(owned(domain, "A", "B"), wanted)
    told = {each.hazard: each.words for step in view.steps for each in step.hazards}
    assert told[Hazard.DISCARDS_GUEST_STATE] == words


@pytest.mark.parametrize("hazard", Hazard)
def test_every_hazard_has_words(hazard: Hazard) -> None:
    (step,) = _told((hazard,))
    (told,) = step.hazards
    assert told.hazard is hazard
    assert told.words
    assert "{" not in told.words
    assert told.grave or not hazard.needs_approval


def test_where_a_disk_moves_is_told() -> None:
    view = viewed(grown("", None), declared("A ext"))
    (hazard,) = view.steps[0].hazards
    assert hazard.words == "vda moves to /images/vda.A"
    back = replace(declared("A ext"), current=Current("A", revert=RevertWhen.ALWAYS))
    moved = viewed(owned(grown("ext A"), "A"), back)
    told = {each.hazard: each.words for each in moved.steps[-1].hazards}
    assert told[Hazard.CHANGES_DISK_PATH] == "vda moves to a new overlay"


def test_files_that_vanish_or_are_taken_over_are_told() -> None:
    files = FileEffects(removed=frozenset("ba"), merged=frozenset("c"), reused=frozenset("d"))
    step = Step(Delete("base"), Reason.UNDECLARED, files=files)
    (told,) = plan_view(_plan(step)).domains[0].steps
    assert (told.removed, told.adopted) == (("a", "b", "c"), ("d",))


def test_what_cannot_be_undone_is_counted_where_it_would_be_done() -> None:
    for_good = Step(Delete("base"), Reason.UNDECLARED)
    back = Step(Redefine("base", None, "", None), Reason.CHANGED, inverse=Delete("base"))
    refusal = Refusal("code", None, "rule", "way out")
    here = DomainPlan(web(1), DECLARED, WEB01, "", (back, for_good))
    blocked = DomainPlan(web(2), DECLARED, WEB01, "", (for_good,), (refusal,))
    view = plan_view(plan_of([here, blocked]))
    assert view.final == Counts(((StepKind.DELETE, 1),))
    assert view.counts == Counts(((StepKind.REDEFINE, 1), (StepKind.DELETE, 2)), refused=1)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ({StepKind.DELETE: 1}, "1 delete"),
        ({StepKind.DELETE: 4, StepKind.REVERT: 1}, "4 deletes and 1 revert"),
        (
            {StepKind.CREATE: 2, StepKind.DELETE: 1, StepKind.REVERT: 1},
            "2 creates, 1 delete and 1 revert",
        ),
    ],
)
def test_counts_in_a_sentence(steps: dict[StepKind, int], words: str) -> None:
    assert Counts(tuple(steps.items())).words == words


def _plan(*steps: Step) -> Plan:
    return plan_of([DomainPlan(web(), DECLARED, WEB01, "", steps)])


def _told(hazards: tuple[Hazard, ...]) -> tuple[StepView, ...]:
    step = Step(Redefine("base", None, "", None), Reason.CHANGED, (), hazards)
    return plan_view(_plan(step)).domains[0].steps
