"""The commands and their options (design §7), and nothing that is slow to import."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from reconcile import __version__
from reconcile.cli.terminal import Terminal
from reconcile.model.hazard import NEED_APPROVAL

Command = Callable[..., Any]

_paths = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


def _selection(command: Command) -> Command:
    """The options of every command that plans."""
    hazards = click.Choice(sorted(NEED_APPROVAL))
    options = (
        click.option(
            "--target", "targets", metavar="GLOB", multiple=True, help="Only these domains."
        ),
        click.option(
            "--exclude", "excludes", metavar="GLOB", multiple=True, help="Not these domains."
        ),
        click.option(
            "--allow", multiple=True, type=hazards, metavar="HAZARD", help="Approve a hazard."
        ),
        click.option(
            "--allow-path",
            "allow_paths",
            multiple=True,
            metavar="DIR",
            type=click.Path(path_type=Path),
            help="Let manifests name files in this directory.",
        ),
        click.option("--why", is_flag=True, help="Print both compared values in full."),
        click.option("--show-xml", is_flag=True, help="Print the libvirt calls with their XML."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-c", "--connect", "uri", metavar="URI", help="The libvirt host of manifests without `connect`."
)
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.version_option(__version__)
@click.pass_obj
def cli(terminal: Terminal, uri: str | None, verbose: bool, color: str) -> None:
    """Keep the snapshot trees of libvirt domains equal to what YAML files declare."""
    terminal.uri, terminal.verbose, terminal.color = uri, verbose, color


@cli.command()
@_paths
@click.pass_obj
def validate(terminal: Terminal, paths: tuple[Path, ...]) -> int:
    """Check manifests; no host is needed."""
    from reconcile.cli.validate import validate as work  # noqa: PLC0415 - see the module docstring

    return work(terminal, paths)


@cli.command()
@_paths
@_selection
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Save the plan, for apply."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when changes are pending.")
@click.pass_obj
def plan(terminal: Terminal, /, paths: tuple[Path, ...], **options: Any) -> int:  # noqa: ANN401 - click's options, typed by the class they fill
    """Show what apply would do, over a read-only connection."""
    from reconcile.cli.plan import PlanOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.plan import plan as work

    return work(terminal, paths, PlanOptions(**options))


@cli.command()
@_paths
@_selection
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--expect", metavar="DIGEST", help="Apply only if the plan has this digest.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def apply(terminal: Terminal, /, paths: tuple[Path, ...], **options: Any) -> int:  # noqa: ANN401 - as in plan
    """Execute the plan for these manifests, or a plan saved with `plan --out`."""
    from reconcile.cli.apply import ApplyOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.apply import apply as work

    return work(terminal, paths, ApplyOptions(**options))
