"""`reconcile show PLANFILE`: a saved plan once more, as `plan` showed it. Asks no host."""

from pathlib import Path

from reconcile.cli.json_output import write_json
from reconcile.cli.terminal import Terminal
from reconcile.model.exit import Exit
from reconcile.planfile.recorded import recorded_plan
from reconcile.render.console import console
from reconcile.render.text_plan import show_plan
from reconcile.views.plan import plan_view


def show_plan_file(terminal: Terminal, path: Path, form: str) -> Exit:
    """Show the plan in a file, whether or not it can still be applied. Raises PlanFileError."""
    plan, document = recorded_plan(path)
    if form == "json":
        write_json(document)
    else:
        show_plan(console(terminal.color), plan_view(plan))
    return Exit.OK
