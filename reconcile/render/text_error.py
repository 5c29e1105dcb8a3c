"""Errors for people, on stderr: what happened, where, what to do."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from reconcile.errors import HostsError, ManifestError, Problem, ReconcileError
from reconcile.render import style
from reconcile.render.lines import line, show


def show_error(console: Console, error: ReconcileError) -> None:
    """Print an error: first its parts, where it is several, then its own message and remedy."""
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
    yield line((f"{problem.position}: {path}", style.NAME), problem.message)
    yield line(f"    {problem.remedy}")


def _error(error: ReconcileError) -> Iterator[Text]:
    yield line(("error: ", style.BAD), error.message)
    yield line(f"    {error.remedy}")
