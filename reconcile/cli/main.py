"""The entry point and the one error boundary: every end of a run becomes an exit code."""

import sys

import click

from reconcile.cli.commands import cli
from reconcile.cli.terminal import Terminal
from reconcile.errors import Exit, ReconcileError

PROGRAM = "reconcile"


def run() -> None:
    """Run the command line of this process."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run one command line; returns its exit code. No exception escapes but bugs."""
    terminal = Terminal()
    try:
        code = cli.main(arguments, prog_name=PROGRAM, standalone_mode=False, obj=terminal)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return Exit.INTERRUPTED
    except ReconcileError as error:
        terminal.show_error(error)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # nobody reads any more: nothing to report, and no second error
        return Exit.ERROR
    return int(code or Exit.OK)
