"""The commands and their options (design §7), and nothing that is slow to import."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from reconcile import __version__
from reconcile.cli.terminal import Terminal
from reconcile.errors import EmptyUriError
from reconcile.model.exit import Exit
from reconcile.model.hazard import NEED_APPROVAL

Command = Callable[..., Any]

_paths = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


def _selection(command: Command) -> Command:
    """The options of every command that plans."""
    hazards = click.Choice(sorted(hazard.value for hazard in NEED_APPROVAL))
    options = (
        click.option(
            "--target",
            "targets",
            metavar="GLOB",
            multiple=True,
            help="Only domains of this name; may be repeated.",
        ),
        click.option(
            "--exclude",
            "excludes",
            metavar="GLOB",
            multiple=True,
            help="No domain of this name; may be repeated.",
        ),
        click.option(
            "--allow",
            multiple=True,
            type=hazards,
            metavar="HAZARD",
            help="Approve a hazard, by the name that the refusal says.",
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


def _acting(command: Command) -> Command:
    """The options of every command that changes hosts."""
    options = (
        click.option(
            "--parallel",
            type=click.IntRange(1),
            default=4,
            metavar="N",
            show_default=True,
            help="How many domains at once.",
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(0),
            default=60,
            metavar="SECONDS",
            show_default=True,
            help="How long to wait for other applies, other jobs, a lost connection.",
        ),
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json"]),
            default="text",
            help="For people, or one event per line for programs.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.option(
    "-c", "--connect", "uri", metavar="URI", help="The libvirt host of manifests without `connect`."
)
@click.option(
    "-v", "--verbose", is_flag=True, help="Log hosts and libvirt calls with times to stderr."
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour on terminals only, always, or never.",
)
@click.option(
    "--state-dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where journals and locks lie, in place of this user's state directory.",
)
@click.version_option(__version__)
@click.pass_context
def cli(
    context: click.Context, uri: str | None, verbose: bool, color: str, state_dir: Path | None
) -> None:
    """Keep the snapshot trees of libvirt domains equal to what YAML files declare."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(Exit.USAGE)
    if uri == "":
        raise EmptyUriError
    context.obj.uri, context.obj.color, context.obj.state_dir = uri, color, state_dir
    if verbose:
        from reconcile.cli.log import log_to_stderr  # noqa: PLC0415 - see the module docstring

        log_to_stderr()


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
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people or for programs.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when changes are pending.")
@click.pass_obj
def plan(terminal: Terminal, /, paths: tuple[Path, ...], **options: Any) -> int:  # noqa: ANN401 - click's options, typed by the class they fill
    """Show what apply would do; changes nothing.

    The connection is read-only. Exit codes: docs/exit-codes.md.
    """
    from reconcile.cli.plan import PlanOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.plan import plan as work  # noqa: PLC0415 - as above

    return work(terminal, paths, PlanOptions(**options))


@cli.command()
@_paths
@_selection
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--expect", metavar="DIGEST", help="Apply only if the plan has this digest.")
@click.option("--fail-fast", is_flag=True, help="Stop all domains when one fails.")
@_acting
@click.pass_obj
def apply(terminal: Terminal, /, paths: tuple[Path, ...], **options: Any) -> int:  # noqa: ANN401 - as in plan
    """Execute the plan for manifests, or a saved one.

    A terminal asks first; without one, --yes is needed. Exit codes: docs/exit-codes.md.
    """
    from reconcile.cli.apply import ApplyOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.apply import apply as work  # noqa: PLC0415 - as above

    return work(terminal, paths, ApplyOptions(**options))


_journal = click.argument("journal", required=False, type=click.Path(path_type=Path))


@cli.command()
@_journal
@click.option(
    "--keep",
    type=click.Choice(["overlay", "base"]),
    help="Where the images of a cut-off merge differ: the one that the guest wrote last.",
)
@_acting
@click.pass_obj
def resume(terminal: Terminal, /, journal: Path | None, **options: Any) -> int:  # noqa: ANN401 - as in plan
    """Finish what an interrupted apply began.

    Compares its JOURNAL with the host first; without JOURNAL, all that is unfinished.
    """
    return _recover(terminal, journal, "resume", options)


@cli.command()
@_journal
@_acting
@click.pass_obj
def rollback(terminal: Terminal, /, journal: Path | None, **options: Any) -> int:  # noqa: ANN401 - as in plan
    """Undo what an interrupted apply began.

    As far as there is a way back. Compares its JOURNAL with the host first; without JOURNAL, all
    that is unfinished.
    """
    return _recover(terminal, journal, "rollback", options)


@cli.command()
@click.argument("journal", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people, or one event per line for programs.",
)
@click.pass_obj
def abandon(terminal: Terminal, /, journal: Path, **options: Any) -> int:  # noqa: ANN401 - as in plan
    """Leave what an interrupted apply began as it is.

    Shows what remains by its JOURNAL alone, and asks: nothing can be resumed or rolled back
    afterwards. No host is asked or changed.
    """
    from reconcile.cli.abandon import AbandonOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.abandon import abandon as work  # noqa: PLC0415 - as above

    return work(terminal, journal, AbandonOptions(**options))


def _recover(terminal: Terminal, journal: Path | None, towards: str, options: Any) -> int:  # noqa: ANN401 - as in plan
    from reconcile.cli.recover import RecoverOptions  # noqa: PLC0415 - as above
    from reconcile.cli.recover import recover as work  # noqa: PLC0415 - as above
    from reconcile.fleet.recover import RecoveryMode  # noqa: PLC0415 - see the module docstring

    return work(terminal, journal, RecoveryMode(towards), RecoverOptions(**options))
