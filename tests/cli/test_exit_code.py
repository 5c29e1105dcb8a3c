"""Which exit code a run ends with, for every way in which it can end."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.cli import exit_code
from reconcile.errors import DeclinedError, JournalError, UnexpectedPlanError, UsageError
from reconcile.model.exit import Exit
from reconcile.model.outcome import DomainOutcome, Status
from reconcile.model.plan import DomainPlan, Reason, Refusal, Step
from reconcile.plan.planner import plan_of
from tests.harness.identity import web
from tests.planfile.test_schema import ACTIONS, DECLARED, WEB01

GRAVITY = (5, 4, 3, 6, 1, 2, 0)


def ended(*statuses: Status) -> tuple[DomainOutcome, ...]:
    return tuple(DomainOutcome(web(), status) for status in statuses)


def planned(*, steps: int = 0, refusals: int = 0) -> DomainPlan:
    step, refusal = Step(ACTIONS[0], Reason.MISSING), Refusal("code", None, "rule", "way out")
    return DomainPlan(web(), DECLARED, WEB01, "", (step,) * steps, (refusal,) * refusals)


@given(st.lists(st.sampled_from(GRAVITY)))
def test_the_gravest_counts(codes: list[int]) -> None:
    first = next((code for code in GRAVITY if code in codes), 0)
    assert exit_code.gravest(map(Exit, codes)) == first


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.IN_SYNC, 0),
        (Status.APPLIED, 0),
        (Status.BLOCKED, 3),
        (Status.STALE, 3),
        (Status.FAILED, 1),
        (Status.ROLLED_BACK, 4),
        (Status.INCOMPLETE, 5),
    ],
)
def test_one_domain(status: Status, code: int) -> None:
    assert exit_code.of_apply(ended(status), interrupted=False) == code


@pytest.mark.parametrize(("first", "second"), [*permutations(Status, 2)])
def test_two_domains(first: Status, second: Status) -> None:
    alone = [exit_code.of_apply(ended(each), interrupted=False) for each in (first, second)]
    both = exit_code.of_apply(ended(first, second), interrupted=False)
    assert both == min(alone, key=GRAVITY.index)


@pytest.mark.parametrize("status", Status)
def test_an_interruption_counts_where_it_ended_something(status: Status) -> None:
    own = exit_code.of_apply(ended(status), interrupted=False)
    stopped = {Status.FAILED, Status.ROLLED_BACK, Status.INCOMPLETE}
    expected = Exit.INTERRUPTED if status in stopped else own
    assert exit_code.of_apply(ended(Status.APPLIED, status), interrupted=True) == expected


def test_a_rollback_that_undid_everything_is_what_was_asked_for() -> None:
    back = Status.ROLLED_BACK
    assert exit_code.of_rollback(ended(back, back), interrupted=True) == 0
    assert exit_code.of_rollback(ended(back, Status.INCOMPLETE), interrupted=False) == 5
    assert exit_code.of_rollback(ended(back, Status.FAILED), interrupted=False) == 4


@pytest.mark.parametrize("detailed", [True, False])
def test_a_plan(detailed: bool) -> None:
    def code(*domains: DomainPlan) -> Exit:
        return exit_code.of_plan(plan_of(domains), detailed=detailed)

    assert code(planned()) == 0
    assert code(planned(), planned(steps=1)) == (2 if detailed else 0)
    assert code(planned(steps=1), planned(refusals=1)) == 3


def test_an_error_before_and_after_a_host_was_changed() -> None:
    errors = {
        JournalError("file", "what"): 1,
        DeclinedError(): 1,
        UnexpectedPlanError("a", "b"): 3,
        UsageError("what", "way out"): 64,
    }
    for error, code in errors.items():
        assert exit_code.of_error(error, acting=False) == code
        assert exit_code.of_error(error, acting=True) == 5


@pytest.mark.parametrize("code", Exit)
def test_output_that_is_lost(code: Exit) -> None:
    harmless = code in {Exit.OK, Exit.CHANGES}
    assert exit_code.of_lost_output(code, acting=False) == (1 if harmless else code)
    assert exit_code.of_lost_output(code, acting=True) == code
