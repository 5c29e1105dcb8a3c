"""A saved plan for people, by its file alone: which hosts would be opened, and what done."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from reconcile.render import style
from reconcile.render.lines import line, show
from reconcile.views.saved_plan import SavedPlanView


def show_saved_plan(console: Console, plan: SavedPlanView) -> None:
    """Print the hosts and steps that a plan file names; no host has been asked for them yet."""
    show(console, _lines(plan))


def _lines(plan: SavedPlanView) -> Iterator[Text]:
    yield line(f"{plan.file} says, and no host was asked yet:")
    for each in plan.domains:
        steps = ", ".join(each.steps) or "nothing to do"
        where = (f"  {each.domain.host.uri}", style.FAINT)
        yield line("  ", (each.domain.name, style.NAME), where, f"  {steps}")
