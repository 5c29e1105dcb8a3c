"""Outcomes of an apply for people: a block per domain, and the count at the end."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from reconcile.model.outcome import Status, StepState
from reconcile.render import style
from reconcile.render.lines import line, show
from reconcile.views.outcome import OutcomeView, RunView, StepOutcomeView, for_people
from reconcile.views.words import count

_STYLES = {
    Status.IN_SYNC: style.GOOD,
    Status.APPLIED: style.GOOD,
    Status.BLOCKED: style.BAD,
    Status.STALE: style.BAD,
    Status.FAILED: style.BAD,
    Status.ROLLED_BACK: style.LOSS,
    Status.INCOMPLETE: style.BAD,
    Status.GONE: style.NOTICE,
    Status.ABANDONED: style.NOTICE,
}
_MARKS = {
    StepState.DONE: ("✓", style.GOOD),
    StepState.UNDONE: ("↶", style.NOTICE),
    StepState.UNKNOWN: ("?", style.BAD),
    StepState.NOT_STARTED: (" ", ""),
}
_FAILED = ("✗", style.BAD)
LONG = 1.0  # seconds from which on it is said how long a step took


def show_outcome(console: Console, outcome: OutcomeView) -> None:
    """Print one domain's outcome: its steps, how it ended, and what to do about it."""
    show(console, _lines(outcome))


def show_run(console: Console, run: RunView) -> None:
    """Print how many domains ended in which way; a single domain's outcome has said so itself."""
    if len(run.domains) > 1:
        parts = ", ".join(f"{number} {status}" for status, number in run.counts)
        show(console, [line((f"{count(len(run.domains), 'domain')}: {parts}.", style.NAME))])


def _lines(outcome: OutcomeView) -> Iterator[Text]:
    status = (f"  {outcome.status}", _STYLES[outcome.status])
    where = (f"  {outcome.domain.host.uri}", style.FAINT)
    yield line((outcome.domain.name, style.NAME), where, status)
    if outcome.status not in {Status.BLOCKED, Status.STALE}:
        yield from map(_step, for_people(outcome.steps))
    yield from (line(f"    {note}") for note in outcome.notes)
    if outcome.remedy:
        yield line(f"    {outcome.remedy}")


def _step(step: StepOutcomeView) -> Text:
    sign, colour = _FAILED if step.failed else _MARKS[step.state]
    took = "" if step.seconds is None or step.seconds < LONG else f"  {step.seconds:.0f} s"
    return line("    ", (sign, colour), f" {step.words}{_state(step)}", (took, style.FAINT))


def _state(step: StepOutcomeView) -> str:
    """In words where the sign does not say all; a step that failed has usually not been done."""
    said = "" if step.state is StepState.DONE else str(step.state)
    if step.failed:
        said = "failed" if step.state is StepState.NOT_STARTED else f"failed, {step.state}"
    return f"  ({said})" if said else ""
