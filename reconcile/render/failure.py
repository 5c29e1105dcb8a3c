"""Errors for people, on stderr: what happened, where, what to do."""

from rich.console import Console
from rich.text import Text

from reconcile.errors import ManifestError, ReconcileError
from reconcile.render.console import safe


def show_error(console: Console, error: ReconcileError) -> None:
    if isinstance(error, ManifestError):
        for problem in error.problems:
            where = (
                f"{problem.position}: {problem.path}: " if problem.path else f"{problem.position}: "
            )
            console.print(Text(safe(where), style="bold").append(safe(problem.message), "default"))
            console.print(Text(f"    {safe(problem.remedy)}", style="dim"))
    console.print(Text("error: ", style="bold red").append(safe(error.message), "default"))
    console.print(Text(f"    {safe(error.remedy)}", style="dim"))
