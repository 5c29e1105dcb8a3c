"""`reconcile plan`: what apply would do. Reads hosts, changes nothing."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reconcile.cli import exit_code
from reconcile.cli.arguments import manifests
from reconcile.cli.json_output import write_json
from reconcile.cli.selection import SelectionOptions
from reconcile.cli.terminal import Terminal
from reconcile.errors import MapOptionError
from reconcile.fleet.host_plan import plan_targets
from reconcile.fleet.moved_dumps import moves
from reconcile.fleet.targets import found_targets
from reconcile.fleet.unfinished import with_unfinished
from reconcile.journal.store import Store
from reconcile.libvirt.shown_uri import shown
from reconcile.model.connect_uri import unsafe_reason
from reconcile.model.exit import Exit
from reconcile.model.plan import Plan
from reconcile.plan.planner import plan_of
from reconcile.planfile.encode import encode
from reconcile.planfile.save import require_writable, save
from reconcile.render.console import console
from reconcile.render.text_plan import show_plan, show_saved


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions(SelectionOptions):
    """The options of the command `plan`."""

    out: Path | None
    form: str
    detailed_exitcode: bool
    path_map: tuple[tuple[str, str], ...]


def plan(terminal: Terminal, paths: Sequence[Path], options: PlanOptions) -> Exit:
    """Plan the manifests, save and show the plan; the exit code tells changes and refusals."""
    if options.out is not None:
        require_writable(options.out)
        if options.path_map:
            raise MapOptionError("--out")
    access = replace(terminal.access, on=options.on)
    with (
        terminal.reading(),
        moves(options.path_map, terminal.state_dir) as moving,
        found_targets(
            manifests(paths), access, replace(options.selection, moves=moving), readonly=True
        ) as (targets, connections),
    ):
        plans = plan_targets(targets, connections)
    made = plan_of(with_unfinished(plans, Store(terminal.state_dir)))
    if options.out is not None:
        save(made, options.out)
    _show(terminal, made, options)
    return exit_code.of_plan(made, detailed=options.detailed_exitcode)


def _show(terminal: Terminal, made: Plan, options: PlanOptions) -> None:
    if options.form == "json":
        write_json(encode(made))
    else:
        view = options.view(made)
        here = console(terminal.color)
        show_plan(here, view)
        if options.out is not None:
            show_saved(here, view, str(options.out), _command(terminal, made, options.out))


def _command(terminal: Terminal, made: Plan, out: Path) -> str:
    """What applies the saved plan: a host that is not opened on a file's word is named again."""
    named = () if terminal.hosts is None else ("--hosts", str(terminal.hosts))
    if terminal.uri is not None and any(unsafe_reason(each.id.host.uri) for each in made.domains):
        named = (*named, "-c", shown(terminal.uri))
    return shlex.join(("reconcile", *named, "apply", str(out)))
