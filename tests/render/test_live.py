"""The moving lines of `LiveEvents` on an emulated screen: events in, picture out."""

import io
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

import pyte
from rich.console import Console

from reconcile.cli.output import Output
from reconcile.model.action import ActionKind
from reconcile.model.event import Note, StepProgress
from reconcile.model.identity import DomainId
from reconcile.model.outcome import Status, StepState
from reconcile.render.text_live import LiveEvents
from reconcile.views.event import StepBeganView, StepEndedView
from reconcile.views.outcome import OutcomeView
from tests.harness.identity import HERE, web

COLUMNS, LINES = 60, 12
SECONDS = 20  # to wait for a picture that never comes
SPINNER = re.compile(r"^(?:[⠀-⣿]|[-\\|/]) ")
TIME = re.compile(r"\d:\d\d:\d\d")
FIRST = web(1)
SECOND = web(2)
BASE = (ActionKind.DELETE, "base")


class Tty(io.TextIOWrapper):
    """A terminal that keeps what is sent to it."""

    def isatty(self) -> bool:
        return True


class Screen:
    """A live display on a terminal of this encoding."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self._encoding = encoding
        self._sent = io.BytesIO()
        self._file = Output(Tty(self._sent, encoding, newline="\r\n", write_through=True))
        self._console = Console(
            file=self._file,  # type: ignore[arg-type] # as redirect_stdout hands it over
            force_terminal=True,
            no_color=True,
            width=COLUMNS,
            height=LINES,
            soft_wrap=True,
        )
        self.live = LiveEvents(self._console)

    def picture(self) -> list[str]:
        """The lines that stand on the screen now, without spinners, times as TIME."""
        screen = pyte.Screen(COLUMNS, LINES)
        pyte.Stream(screen).feed(self._sent.getvalue().decode(self._encoding))
        lines = [line.rstrip() for line in screen.display if line.strip()]
        return [TIME.sub("TIME", SPINNER.sub("", line)) for line in lines]

    def becomes(self, *lines: str) -> bool:
        """Whether that is the picture after the next drawing or the one after."""
        deadline = time.monotonic() + SECONDS
        while self.picture() != list(lines) and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.picture() == list(lines)


@contextmanager
def shown(encoding: str = "utf-8") -> Iterator[Screen]:
    """A display that is on."""
    screen = Screen(encoding)
    with screen.live:
        yield screen


def began(domain: DomainId, number: int, *, undoing: bool = False) -> StepBeganView:
    return StepBeganView(domain, number, 2, *BASE, undoing)


def ended(domain: DomainId, number: int) -> StepEndedView:
    return StepEndedView(domain, number, 2, *BASE, StepState.DONE)


def test_a_domain_keeps_its_line_from_step_to_step() -> None:
    with shown() as screen:
        for event in (began(FIRST, 1), began(SECOND, 1), ended(FIRST, 1), began(FIRST, 2)):
            screen.live.tell(event)
        assert screen.becomes("web01  2/2 delete base TIME", "web02  1/2 delete base TIME")
    assert screen.picture() == []


def test_a_percentage_is_of_the_step_that_runs() -> None:
    with shown() as screen:
        screen.live.tell(StepProgress(FIRST, 1, 0.1))
        screen.live.tell(began(FIRST, 1))
        assert screen.becomes("web01  1/2 delete base TIME")
        screen.live.tell(StepProgress(FIRST, 1, 0.42))
        assert screen.becomes("web01  1/2 delete base TIME 42%")
        screen.live.tell(ended(FIRST, 1))
        assert screen.becomes("web01  1/2 delete base TIME")
        screen.live.tell(began(FIRST, 1, undoing=True))
        assert screen.becomes("web01  undoing 1/2 delete base TIME")


def test_notes_and_results_stand_above_and_stay() -> None:
    outcome = OutcomeView(FIRST, Status.APPLIED)
    above = (r"web02  waiting\x1b[2J", "web01  qemu:///system  applied")
    with shown() as screen:
        for event in (began(FIRST, 1), began(SECOND, 1), Note(SECOND, "waiting\x1b[2J")):
            screen.live.tell(event)
        screen.live.tell(outcome)
        assert screen.becomes(*above, "web02  1/2 delete base TIME")
    assert screen.picture() == list(above)


def test_a_terminal_without_utf_8_has_whole_lines() -> None:
    long = "web01-" + "x" * COLUMNS
    with shown("latin-1") as screen:
        screen.live.tell(began(DomainId(HERE, "uuid-1", long), 1))
        (line,) = screen.picture()
        assert re.fullmatch("web01-x{30,} TIME", line)


def test_more_domains_than_lines_push_nothing_away() -> None:
    with shown() as screen:
        screen.live.tell(Note(FIRST, "a note"))
        for number in range(LINES * 2):
            screen.live.tell(began(web(number), 1))
        assert len(screen.picture()) == LINES
        assert screen.picture()[-1].strip() == "..."
    assert screen.picture() == []


def test_what_goes_to_another_stream_stays_there() -> None:
    with redirect_stderr(io.StringIO()) as err, shown() as screen:
        sys.stderr.write("interrupted\n")
        assert screen.picture() == []
    assert err.getvalue() == "interrupted\n"
