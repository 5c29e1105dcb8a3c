"""The player shows what happens, and stops where a command does not end as told."""

import os

import pytest

from examples.demo.interruption import Interruption
from examples.demo.play import DemoError, Player, without_end_blanks
from examples.demo.story import Stage, Step


def play(*steps: Step) -> None:
    Player(os.environ, Interruption()).play(1, Stage("Title", "Says.\nMore.", steps))


def test_a_stage_is_shown_as_a_user_would_see_it(capsys: pytest.CaptureFixture[str]) -> None:
    play(Step("echo one; echo; echo two; echo", shows=("one", "two")), Step("exit 2", 2))
    told = "\n━━ 1. Title ━━\n# Says.\n# More.\n"
    commands = "\n$ echo one; echo; echo two; echo\none\n\ntwo\n\n$ exit 2\n# exit code 2\n"
    assert capsys.readouterr().out == told + commands


@pytest.mark.parametrize(
    ("step", "complaint"),
    [
        (Step("exit 3"), "'exit 3' ended with 3, not 0 as told"),
        (Step("true", 2), "'true' ended with 0, not 2 as told"),
        (Step("false | true"), "ended with 1"),
        (Step("echo some", shows=("some", "other")), "does not show 'other' as told"),
        (Step("echo Error: no", hides=("Error",)), "shows 'Error'"),
        (Step("echo Pattern verification failed"), "shows 'verification failed'"),
    ],
)
def test_another_end_than_told_stops_the_demo(step: Step, complaint: str) -> None:
    with pytest.raises(DemoError, match=complaint):
        play(step)


def test_empty_lines_are_kept_but_at_the_end() -> None:
    assert list(without_end_blanks(["a\n", "\n", " \n", "b\n", "\n"])) == ["a", "", "", "b"]
