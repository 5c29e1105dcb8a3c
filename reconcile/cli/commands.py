"""The commands (design §7), and nothing that is slow to import; their options are in `options`."""

from pathlib import Path
from typing import Any

import click

from reconcile import __version__
from reconcile.cli import options as option
from reconcile.cli.command import Command as _Command
from reconcile.cli.completion import SHELLS, complete_domains, complete_snapshots
from reconcile.cli.drift_commands import drift, reset
from reconcile.cli.import_commands import export, import_
from reconcile.cli.list_options import ListOptions, filter_options
from reconcile.cli.terminal import Terminal
from reconcile.model.exit import Exit

_paths = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
_journal = click.argument("journal", required=False, type=click.Path(path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@option.before_command
@click.version_option(__version__)
@click.pass_context
def cli(context: click.Context) -> None:
    """Keep the snapshot trees of libvirt domains equal to what YAML files declare."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(Exit.USAGE)


@cli.command(cls=_Command)
@_paths
@option.behind_command
@click.pass_obj
def validate(terminal: Terminal, paths: tuple[Path, ...]) -> int:
    """Check manifests; no host is needed."""
    from reconcile.cli.validate import validate as work  # noqa: PLC0415 - see the module docstring

    return work(terminal, paths)


@cli.command(cls=_Command)
@_paths
@option.selection
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="Save the plan, for apply."
)
@option.form_option("text", "json", words="For people or for programs.")
@option.path_map
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when changes are pending.")
@option.behind_command
@click.pass_obj
def plan(terminal: Terminal, /, paths: tuple[Path, ...], **options: Any) -> int:  # noqa: ANN401 - click's options, typed by the class they fill
    """Show what apply would do; changes nothing.

    The connection is read-only. Exit codes: docs/exit-codes.md.
    """
    from reconcile.cli.plan import PlanOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.plan import plan as work  # noqa: PLC0415 - as above

    return work(terminal, paths, PlanOptions(**options))


@cli.command(cls=_Command)
@_paths
@option.selection
@option.path_map
@option.yes_option
@click.option("--expect", metavar="DIGEST", help="Apply only if the plan has this digest.")
@click.option("--fail-fast", is_flag=True, help="Stop all domains when one fails.")
@option.acting
@option.behind_command
@click.pass_obj
def apply(terminal: Terminal, /, paths: tuple[Path, ...], **options: Any) -> int:  # noqa: ANN401 - as in plan
    """Execute the plan for manifests, or a saved one.

    A terminal asks first; without one, --yes is needed. Exit codes: docs/exit-codes.md.
    """
    from reconcile.cli.apply import ApplyOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.apply import apply as work  # noqa: PLC0415 - as above

    return work(terminal, paths, ApplyOptions(**options))


@cli.command(cls=_Command)
@_journal
@click.option(
    "--keep",
    type=click.Choice(["overlay", "base"]),
    help="Where the images of a cut-off merge differ: the one that the guest wrote last.",
)
@option.acting
@option.behind_command
@click.pass_obj
def resume(terminal: Terminal, /, journal: Path | None, **options: Any) -> int:  # noqa: ANN401 - as in plan
    """Finish what an interrupted apply began.

    Compares its JOURNAL with the host first; without JOURNAL, all that is unfinished.
    """
    return _recover(terminal, journal, "resume", options)


@cli.command(cls=_Command)
@_journal
@option.acting
@option.behind_command
@click.pass_obj
def rollback(terminal: Terminal, /, journal: Path | None, **options: Any) -> int:  # noqa: ANN401 - as in plan
    """Undo what an interrupted apply began.

    As far as there is a way back. Compares its JOURNAL with the host first; without JOURNAL, all
    that is unfinished.
    """
    return _recover(terminal, journal, "rollback", options)


@cli.command(cls=_Command)
@click.argument("journal", type=click.Path(path_type=Path))
@option.yes_option
@option.form_option("text", "json", words="For people, or one event per line for programs.")
@option.behind_command
@click.pass_obj
def abandon(terminal: Terminal, /, journal: Path, **options: Any) -> int:  # noqa: ANN401 - as in plan
    """Leave what an interrupted apply began as it is.

    Shows what remains by its JOURNAL alone, and asks: nothing can be resumed or rolled back
    afterwards. No host is asked or changed.
    """
    from reconcile.cli.abandon import AbandonOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.abandon import abandon as work  # noqa: PLC0415 - as above

    return work(terminal, journal, AbandonOptions(**options))


@cli.command("list", cls=_Command)
@click.argument("domain", required=False, shell_complete=complete_domains)
@filter_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "name"]),
    help="For people, for programs, or names alone.  [default: text]",
)
@option.behind_command
@click.pass_obj
def list_(terminal: Terminal, /, domain: str | None, form: str | None, **options: Any) -> int:  # noqa: ANN401 - as in plan
    """Show the domains of a host, or the snapshots of a DOMAIN.

    The other options are those of virsh snapshot-list, and go with a DOMAIN; a glob shows the
    domains that it matches. The connection is read-only.
    """
    from reconcile.cli.list import list_ as work  # noqa: PLC0415 - see the module docstring

    return work(terminal, domain, ListOptions.of(form, options))


@cli.command(cls=_Command)
@click.argument("domain", shell_complete=complete_domains)
@click.argument("snapshot", required=False, shell_complete=complete_snapshots)
@click.option("--current", is_flag=True, help="The current snapshot.")
@click.option("--parent", is_flag=True, help="Print the name of its parent alone.")
@click.option("--xml", is_flag=True, help="Print libvirt's XML as it is.")
@click.option("--security-info", is_flag=True, help="With --xml: with secrets, as a writer.")
@option.form_option("text", "json", words="For people or for programs.")
@option.behind_command
@click.pass_obj
def show(terminal: Terminal, /, domain: str, **options: Any) -> int:  # noqa: ANN401 - as in plan
    """Show a DOMAIN and its tree, a SNAPSHOT of it, or a saved plan.

    Of a snapshot: its files, its owner, and for revert, delete and forget what would be lost, or
    why it is refused. The connection is read-only but for --security-info. A saved plan, by its
    file in the place of DOMAIN, is shown without asking any host.
    """
    from reconcile.cli.show import ShowOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.show import show_ as work  # noqa: PLC0415 - as above

    return work(terminal, domain, ShowOptions(**options))


@cli.command(cls=_Command)
@click.argument("code", required=False)
@option.behind_command
@click.pass_obj
def explain(terminal: Terminal, code: str | None) -> int:
    """Explain the CODE of a refusal, hazard or finding; without one, list all codes."""
    from reconcile.cli.explain import explain as work  # noqa: PLC0415 - see the module docstring

    return work(terminal, code)


@cli.command(cls=_Command)
@click.argument("name", required=False)
@option.behind_command
def schema(name: str | None) -> int:
    """Print the JSON Schema of this NAME, such as `manifest`; without one, list all names."""
    from reconcile.cli.explain import schema as work  # noqa: PLC0415 - see the module docstring

    return work(name)


@cli.command(cls=_Command)
@click.argument("shell", type=click.Choice(SHELLS))
@option.behind_command
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print the script that completes this command in a SHELL.

    For bash: `source <(reconcile completion bash)`.
    """
    from reconcile.cli.completion import completion as work  # noqa: PLC0415 - see the module docstring

    return work(shell, context.find_root().info_name or "reconcile", cli)


@cli.command(cls=_Command)
@click.argument("domains", nargs=-1, metavar="[DOMAIN]...")
@click.option(
    "--max-depth",
    "depth",
    type=click.IntRange(1),
    default=10,
    metavar="N",
    show_default=True,
    help="How many images a chain may have before it is told.",
)
@click.option(
    "--max-age",
    "days",
    type=click.IntRange(0),
    default=90,
    metavar="DAYS",
    show_default=True,
    help="How old a snapshot may be before it is told.",
)
@option.form_option("text", "json", words="For people or for programs.")
@option.behind_command
@click.pass_obj
def doctor(terminal: Terminal, /, domains: tuple[str, ...], **options: Any) -> int:  # noqa: ANN401 - as in plan
    """Say what a host and its domains can do with snapshots, and what is wrong.

    DOMAIN is a name, UUID or glob; without one, all domains of the host. The connection is
    read-only. Exit code 2 where anything was found.
    """
    from reconcile.cli.doctor import DoctorOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.doctor import doctor as work  # noqa: PLC0415 - as above

    return work(terminal, domains, DoctorOptions(**options))


cli.add_command(export)
cli.add_command(import_)
cli.add_command(drift)
cli.add_command(reset)


def _recover(terminal: Terminal, journal: Path | None, towards: str, options: Any) -> int:  # noqa: ANN401 - as in plan
    from reconcile.cli.recover import RecoverOptions  # noqa: PLC0415 - as above
    from reconcile.cli.recover import recover as work  # noqa: PLC0415 - as above
    from reconcile.fleet.recover import RecoveryMode  # noqa: PLC0415 - see the module docstring

    return work(terminal, journal, RecoveryMode(towards), RecoverOptions(**options))
