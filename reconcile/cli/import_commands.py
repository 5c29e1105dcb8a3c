"""The commands `export` and `import` with their options, and nothing that is slow to import."""

from pathlib import Path
from typing import Any

import click

from reconcile.cli import options as option
from reconcile.cli.command import Command
from reconcile.cli.completion import complete_domains
from reconcile.cli.terminal import Terminal

_domains = click.argument(
    "domains", metavar="DOMAIN...", nargs=-1, required=True, shell_complete=complete_domains
)


@click.command(cls=Command)
@_domains
@click.option(
    *("-o", "--output"),
    type=click.Path(path_type=Path),
    metavar="DIR",
    required=True,
    help="Where each domain gets a folder of its own, which only its owner can read.",
)
@option.behind_command
@click.pass_obj
def export(terminal: Terminal, /, domains: tuple[str, ...], **options: Any) -> int:  # noqa: ANN401 - click's options, typed by the class they fill
    """Write all metadata of snapshots, with its secrets, to be restored by apply.

    For a host that lost it, or for another one. The images are not in it. It takes a connection
    that may write, since only such one tells secrets; nothing on the host changes.
    """
    from reconcile.cli.export_domains import ExportOptions  # noqa: PLC0415 - see the module docstring
    from reconcile.cli.export_domains import export as work  # noqa: PLC0415 - as above

    return work(terminal, domains, ExportOptions(**options))


@click.command("import", cls=Command)
@_domains
@click.option(
    *("-o", "--output"),
    type=click.Path(path_type=Path),
    metavar="DIR",
    default=Path(),
    help="Where the files go; `-` is standard output.  [default: here]",
)
@click.option("--adopt", is_flag=True, help="Own what is declared: marks each snapshot at once.")
@click.option("--update", is_flag=True, help="Edit manifests in DIR that declare the domain.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 2 if a file would change.")
@option.behind_command
@click.pass_obj
def import_(terminal: Terminal, /, domains: tuple[str, ...], **options: Any) -> int:  # noqa: ANN401 - as in export
    """Write manifests for domains that are there, by name, UUID or glob.

    A plan for them is empty: that is tried before a file is written. Nothing on the host changes
    without --adopt, and no file is overwritten.
    """
    from reconcile.cli.import_manifests import ImportOptions  # noqa: PLC0415 - as above
    from reconcile.cli.import_manifests import import_ as work  # noqa: PLC0415 - as above

    return work(terminal, domains, ImportOptions(**options))
