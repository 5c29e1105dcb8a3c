"""What an apply tells: every step and domain as it ended, and the events on the way."""

from reconcile.model.action import ActionKind
from reconcile.model.event import DomainEnded, StepBegan
from reconcile.model.exit import Exit
from reconcile.model.outcome import DomainOutcome, Status, StepOutcome, StepState
from reconcile.model.plan import Reason, Step
from reconcile.views.event import StepBeganView, event_view
from reconcile.views.outcome import OutcomeView, StepOutcomeView, run_view
from tests.harness.identity import web
from tests.planfile.test_schema import ACTIONS

STEP = StepOutcome(Step(ACTIONS[0], Reason.MISSING), StepState.UNDONE, failed=True)
FIRST = DomainOutcome(web(1), Status.ROLLED_BACK, (STEP,), ("a note",), "a remedy")
SECOND = DomainOutcome(web(2), Status.APPLIED)


def test_a_run_counts_its_domains_in_the_order_of_their_ends() -> None:
    run = run_view([FIRST, SECOND, SECOND], Exit.ROLLED_BACK)
    assert run.counts == ((Status.APPLIED, 2), (Status.ROLLED_BACK, 1))
    assert run.exit_code == 4
    assert [each.domain for each in run.domains] == [web(1), web(2), web(2)]


def test_a_domain_that_ended_is_told_as_in_the_run() -> None:
    told = event_view(DomainEnded(FIRST))
    step = StepOutcomeView(ActionKind.CREATE, "tuned", StepState.UNDONE, failed=True)
    assert told == OutcomeView(web(1), Status.ROLLED_BACK, (step,), ("a note",), "a remedy")
    assert told == run_view([FIRST], 4).domains[0]


def test_a_step_is_told_by_its_words() -> None:
    told = event_view(StepBegan(web(), 1, 2, ACTIONS[1], undoing=True))
    assert told == StepBeganView(web(), 1, 2, ActionKind.REDEFINE, "base", undoing=True)
