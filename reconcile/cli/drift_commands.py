"""The commands `drift` and `reset` with their options, and nothing that is slow to import."""

from pathlib import Path
from typing import Any

import click

from reconcile.cli import options as option
from reconcile.cli.command import Command
from reconcile.cli.completion import complete_domains
from reconcile.cli.terminal import Terminal


@click.command(cls=Command)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@option.which_domains
@option.form_option("text", "json", words="For people or for programs.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing where nothing has drifted.")
@click.option("--patch", is_flag=True, help="Print the patch of the manifests that accepts it.")
@option.behind_command
@click.pass_obj
def drift(terminal: Terminal, /, paths: tuple[Path, ...], **options: Any) -> int:  # noqa: ANN401 - click's options, typed by the class they fill
    """Show what was changed on hosts since the last apply; changes nothing.

    Each difference has its origin: host, git, both or unknown. Ends with 2 where anything but git
    alone differs. Exit codes: docs/exit-codes.md.
    """
    from reconcile.cli.drift import DriftOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.drift import drift as work  # noqa: PLC0415 - as above

    return work(terminal, paths, DriftOptions(**options))


@click.command(cls=Command)
@click.argument(
    "domains",
    nargs=-1,
    required=True,
    metavar="DOMAIN|GLOB...",
    shell_complete=complete_domains,
)
@click.option("--to", metavar="SNAPSHOT", help="This declared snapshot, not the current one.")
@click.option(
    "--manifests",
    "paths",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="PATH",
    help="Where the trees are declared; may be repeated.  [default: the working directory]",
)
@option.besides_target
@option.yes_option
@click.option("--fail-fast", is_flag=True, help="Stop all domains when one fails.")
@option.acting
@option.behind_command
@click.pass_obj
def reset(terminal: Terminal, /, domains: tuple[str, ...], **options: Any) -> int:  # noqa: ANN401 - click's options, typed by the class they fill
    """Revert domains to their declared current snapshot, now.

    Nothing else is changed, and it is no drift afterwards. A terminal asks first; without one,
    --yes is needed. Exit codes: docs/exit-codes.md.
    """
    from reconcile.cli.reset import ResetOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.reset import reset as work  # noqa: PLC0415 - as above

    return work(terminal, domains, ResetOptions(targets=(), **options))
