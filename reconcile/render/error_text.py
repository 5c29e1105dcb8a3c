"""Errors for people, on stderr: what happened, where, what to do."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from reconcile.errors import HostsError, ManifestError, Problem, ReconcileError
from reconcile.render.console import safe, show


def show_error(console: Console, error: ReconcileError) -> None:
    """What it consists of, where it is several, then the error itself."""
    match error:
        case ManifestError():
            for problem in error.problems:
                show(console, _problem(problem))
        case HostsError():
            for each in error.errors:
                show(console, _error(each))
    show(console, _error(error))


def _problem(problem: Problem) -> Iterator[Text]:
    path = f"{problem.path}: " if problem.path else ""
    where = Text(safe(f"{problem.position}: {path}"), style="bold")
    yield where.append(safe(problem.message), "not bold")
    yield Text(f"    {safe(problem.remedy)}", style="dim")


def _error(error: ReconcileError) -> Iterator[Text]:
    yield Text("error: ", style="bold red").append(safe(error.message), "default not bold")
    yield Text(f"    {safe(error.remedy)}", style="dim")
