"""An outcome in text: which step failed, how long each took, what to do."""

import pytest

from reconcile.model.action import ActionKind
from reconcile.model.outcome import Status, StepState
from reconcile.render.step_clock import StepClock
from reconcile.render.text_outcome import show_outcome, show_run
from reconcile.views.event import EventView, StepBeganView, StepEndedView
from reconcile.views.outcome import OutcomeView, RunView, StepOutcomeView
from tests.harness.identity import web
from tests.render.screen import printed


def step(name: str, state: StepState, *, failed: bool = False) -> StepOutcomeView:
    return StepOutcomeView(ActionKind.CREATE, name, state, failed)


def shown(outcome: OutcomeView) -> str:
    return printed(lambda console: show_outcome(console, outcome))


def test_the_step_that_failed_is_marked() -> None:
    steps = (
        step("a", StepState.UNDONE),
        step("b", StepState.NOT_STARTED, failed=True),
        step("c", StepState.NOT_STARTED),
    )
    outcome = OutcomeView(web(), Status.ROLLED_BACK, steps, ("why it failed",), "what to do")
    assert (
        shown(outcome)
        == """\
web01  qemu:///system  rolled back
    ↶ create a  (undone)
    ✗ create b  (failed)
      create c  (not started)
    why it failed
    what to do
"""
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (StepState.UNKNOWN, "✗ create a  (failed, unknown)"),
        (StepState.UNDONE, "✗ create a  (failed, undone)"),
        (StepState.DONE, "✗ create a  (failed, done)"),
    ],
)
def test_a_step_that_failed_halfway_says_how_far_it_came(state: StepState, words: str) -> None:
    outcome = OutcomeView(web(), Status.INCOMPLETE, (step("a", state, failed=True),))
    assert f"    {words}\n" in shown(outcome)


def test_a_long_step_says_how_long_it_took() -> None:
    now = iter([10.0, 10.4, 20.0, 34.4, 50.0, 60.0])
    clock = StepClock(lambda: next(now))
    domain = web()
    events: list[EventView] = []
    for number, state in enumerate((StepState.DONE, StepState.DONE, StepState.UNDONE), 1):
        about = (domain, number, 3, ActionKind.CREATE, "abc"[number - 1])
        events += [StepBeganView(*about), StepEndedView(*about, state)]
    for event in events:
        assert clock.see(event) is event
    states = (StepState.DONE, StepState.DONE, StepState.UNDONE)
    ended = clock.see(OutcomeView(domain, Status.INCOMPLETE, tuple(map(step, "abc", states))))
    assert isinstance(ended, OutcomeView)
    assert shown(ended).splitlines()[1:] == [
        "    ✓ create a",
        "    ✓ create b  14 s",
        "    ↶ create c  (undone)",
    ]


def test_a_run_is_counted_where_there_are_several_domains() -> None:
    applied, stale = OutcomeView(web(1), Status.APPLIED), OutcomeView(web(2), Status.STALE)
    one, two = RunView((applied,), 0), RunView((applied, stale), 3)
    assert printed(lambda console: show_run(console, one)) == ""
    assert printed(lambda console: show_run(console, two)) == "2 domains: 1 applied, 1 stale.\n"
