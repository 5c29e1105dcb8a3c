"""What became of an apply, as text and as JSON."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from reconcile import __version__
from reconcile.model.exit import Exit
from reconcile.model.outcome import DomainOutcome, Status, StepOutcome, StepState
from reconcile.planfile.encode import FORMAT_VERSION
from reconcile.render.console import safe, show
from reconcile.render.plural import count

_STYLES = {
    Status.IN_SYNC: "green",
    Status.APPLIED: "green",
    Status.BLOCKED: "bold red",
    Status.STALE: "bold red",
    Status.FAILED: "bold red",
    Status.ROLLED_BACK: "yellow",
    Status.INCOMPLETE: "bold red",
}
_MARKS = {StepState.DONE: "✓", StepState.UNDONE: "↶", StepState.UNKNOWN: "?"}


def show_outcome(console: Console, outcome: DomainOutcome) -> None:
    """One domain: its steps, how it ended, and what to do about it."""
    show(console, _lines(outcome))


def show_outcomes(console: Console, outcomes: Sequence[DomainOutcome]) -> None:
    """How many domains ended in which way; one domain has just said so itself."""
    if len(outcomes) > 1:
        counts = Counter(outcome.status for outcome in outcomes)
        parts = (f"{counts[status]} {status}" for status in Status if counts[status])
        show(console, [Text(f"{count(len(outcomes), 'domain')}: {', '.join(parts)}.", "bold")])


def _lines(outcome: DomainOutcome) -> Iterator[Text]:
    title = Text(safe(outcome.id.name), style="bold")
    title.append(f"  {safe(outcome.id.host.uri)}", style="dim")
    yield title.append(f"  {outcome.status}", style=_STYLES[outcome.status])
    if outcome.status not in {Status.BLOCKED, Status.STALE}:
        yield from map(_step, outcome.steps)
    yield from (Text(f"    {safe(note)}") for note in outcome.notes)
    if outcome.remedy:
        yield Text(f"    {safe(outcome.remedy)}", style="dim")


def _step(outcome: StepOutcome) -> Text:
    action = outcome.step.action
    mark = _MARKS.get(outcome.state, " ")
    state = "" if outcome.state is StepState.DONE else f"  ({outcome.state})"
    return Text(f"    {mark} {action.kind} {safe(action.snapshot)}{state}")


def result(outcomes: Sequence[DomainOutcome], code: Exit) -> dict[str, Any]:
    """The machine-readable result of an apply."""
    return {
        "format_version": FORMAT_VERSION,
        "tool_version": __version__,
        "exit_code": int(code),
        "domains": [domain_result(each) for each in outcomes],
    }


def domain_result(outcome: DomainOutcome) -> dict[str, Any]:
    """One domain of it."""
    return {
        "domain": outcome.id.name,
        "uuid": outcome.id.uuid,
        "connect": outcome.id.host.uri,
        "status": str(outcome.status),
        "steps": [_step_json(each) for each in outcome.steps],
        "notes": list(outcome.notes),
        "remedy": outcome.remedy,
    }


def _step_json(outcome: StepOutcome) -> dict[str, str]:
    action = outcome.step.action
    return {"action": str(action.kind), "snapshot": action.snapshot, "state": str(outcome.state)}
