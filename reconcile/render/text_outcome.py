"""What became of an apply, for people: a block per domain, and the count at the end."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from reconcile.model.outcome import Status, StepState
from reconcile.render.lines import line, show
from reconcile.views.outcome import OutcomeView, RunView, StepOutcomeView
from reconcile.views.words import count

_STYLES = {
    Status.IN_SYNC: "green",
    Status.APPLIED: "green",
    Status.BLOCKED: "bold red",
    Status.STALE: "bold red",
    Status.FAILED: "bold red",
    Status.ROLLED_BACK: "yellow",
    Status.INCOMPLETE: "bold red",
    Status.GONE: "yellow",
    Status.ABANDONED: "yellow",
}
_MARKS = {StepState.DONE: "✓", StepState.UNDONE: "↶", StepState.UNKNOWN: "?"}


def show_outcome(console: Console, outcome: OutcomeView) -> None:
    """One domain: its steps, how it ended, and what to do about it."""
    show(console, _lines(outcome))


def show_run(console: Console, run: RunView) -> None:
    """How many domains ended in which way; one domain has just said so itself."""
    if len(run.domains) > 1:
        parts = ", ".join(f"{number} {status}" for status, number in run.counts)
        show(console, [line((f"{count(len(run.domains), 'domain')}: {parts}.", "bold"))])


def _lines(outcome: OutcomeView) -> Iterator[Text]:
    status = (f"  {outcome.status}", _STYLES[outcome.status])
    where = (f"  {outcome.domain.host.uri}", "dim")
    yield line((outcome.domain.name, "bold"), where, status)
    if outcome.status not in {Status.BLOCKED, Status.STALE}:
        yield from map(_step, outcome.steps)
    yield from (line(f"    {note}") for note in outcome.notes)
    if outcome.remedy:
        yield line((f"    {outcome.remedy}", "dim"))


def _step(step: StepOutcomeView) -> Text:
    mark = _MARKS.get(step.state, " ")
    state = "" if step.state is StepState.DONE else f"  ({step.state})"
    return line(f"    {mark} {step.kind} {step.snapshot}{state}")
