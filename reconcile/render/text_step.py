"""Steps of a plan for people: what is done, what differs, what is lost."""

from collections.abc import Iterator

from rich.text import Text

from reconcile.render import style
from reconcile.render.lines import Part, line
from reconcile.views.change import ChangeView
from reconcile.views.hazard import HazardView
from reconcile.views.step import CallView, StepView

INDENT = " " * 7


def step_lines(step: StepView) -> Iterator[Text]:
    """The lines of a step: its action, and what a reviewer needs to judge it."""
    sign, colour = style.SIGNS[step.kind]
    gap = "  " if step.aside.startswith("(") else " "
    aside = f"{gap}{step.aside}" if step.aside else ""
    head = (f"  {step.number:>3}  ", (f"{sign} {step.kind} ", colour))
    yield line(*head, *_name(step), aside)
    if step.captured is not None:
        yield line((f"{INDENT}{step.captured}", style.FAINT))
    for change in step.changes:
        yield line(INDENT, *_change(change))
    for hazard in step.hazards:
        yield _hazard(hazard)
    yield from (line(f"{INDENT}takes over {each}") for each in step.adopted)
    yield from (line(f"{INDENT}removes {each}") for each in step.removed)
    for call in step.calls:
        yield from _call(call)


def _name(step: StepView) -> Iterator[Part]:
    if step.rename is not None:
        yield (step.rename.old, style.OLD)
        yield " → "
    yield (step.snapshot, style.NAME)


def _change(change: ChangeView) -> Iterator[Part]:
    yield f"{change.field}: "
    if change.observed is not None and change.desired is not None:
        yield (change.observed, style.OLD)
        yield " → "
        yield (change.desired, style.NEW)
    else:
        yield change.note


def _hazard(hazard: HazardView) -> Text:
    sign, told = ("⚠", style.LOSS) if hazard.grave else ("·", "")
    return line(INDENT, (f"{sign}  {hazard.words}", told), (f"  [{hazard.hazard}]", style.FAINT))


def _call(call: CallView) -> Iterator[Text]:
    yield line(INDENT, (f"{call.function}({' | '.join(call.flags) or '0'})", "bold"))
    yield from (line((f"{INDENT}  {each}", style.FAINT)) for each in call.body)
