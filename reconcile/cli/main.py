"""The entry point and the one error boundary: every end of a run becomes an exit code."""

import logging
import sys
import traceback
from pathlib import Path

import click

from reconcile.cli.commands import cli
from reconcile.cli.output import Output, discard, guarded
from reconcile.cli.terminal import Terminal
from reconcile.errors import BugError, OutputError, ReconcileError, UsageError
from reconcile.model.exit import Exit

PROGRAM = "reconcile"
_log = logging.getLogger("reconcile")


def run() -> None:
    """Run the command line of this process, and exit with its code."""
    code = main(sys.argv[1:])
    sys.exit(code)


def main(arguments: list[str]) -> int:
    """Run one command line; returns its exit code. No exception escapes."""
    terminal = Terminal()
    with guarded() as out:
        code = _ended(arguments, terminal)
        out.flush()
        code = _written(terminal, out, code)
    discard(out.lost)
    return int(code)


def _ended(arguments: list[str], terminal: Terminal) -> Exit:
    try:
        return _run(arguments, terminal)
    except KeyboardInterrupt:
        acted = ": look at `reconcile plan` before you apply again" if terminal.acting else ""
        sys.stderr.write(f"\ninterrupted{acted}\n")
        return Exit.INTERRUPTED
    except ReconcileError as error:
        return _failed(error, terminal)
    except Exception as error:  # noqa: BLE001 - a traceback is never an answer
        _log.debug("internal error", exc_info=error)
        return _failed(BugError(error, _place(error), acting=terminal.acting), terminal)


def _failed(error: ReconcileError, terminal: Terminal) -> Exit:
    from reconcile.cli import exit_code  # noqa: PLC0415 - --help and completion do without

    terminal.show_error(error)
    return exit_code.of_error(error, acting=terminal.acting)


def _run(arguments: list[str], terminal: Terminal) -> Exit:
    """Click's own ends in our words."""
    try:
        code = cli.main(arguments, prog_name=PROGRAM, standalone_mode=False, obj=terminal)
    except click.Abort as error:
        raise KeyboardInterrupt from error
    except click.NoSuchOption as error:
        raise UsageError(_sentence(error), _elsewhere(error) or _help(error.ctx)) from error
    except click.UsageError as error:
        raise UsageError(_sentence(error), _help(error.ctx)) from error
    except click.ClickException as error:
        raise UsageError(_sentence(error), _help(None)) from error
    return Exit(code or Exit.OK)


def _sentence(error: click.ClickException) -> str:
    """Click's message without its line breaks, capital and full stop."""
    text = " ".join(error.format_message().split())
    return f"{text[:1].lower()}{text[1:]}".removesuffix(".")


def _elsewhere(error: click.NoSuchOption) -> str | None:
    """The commands that have an option which was given to another one."""
    context = click.Context(cli)
    found = (
        name
        for name in cli.list_commands(context)
        if (command := cli.get_command(context, name)) is not None
        and any(error.option_name in each.opts for each in command.params)
    )
    commands = ", ".join(f"`{PROGRAM} {name}`" for name in found)
    return f"{error.option_name} is an option of {commands}" if commands else None


def _help(context: click.Context | None) -> str:
    return f"see `{context.command_path if context else PROGRAM} --help`"


def _place(error: Exception) -> str:
    """The innermost line of ours that an exception came through."""
    package = Path(__file__).parent.parent
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(package)]
    last = ours[-1]  # this module's own frame is always among them
    return f"{Path(last.filename).relative_to(package.parent)}:{last.lineno}"


def _written(terminal: Terminal, out: Output, code: Exit) -> Exit:
    """A reader that went away is no error; a full disk is one, unless hosts were changed."""
    if out.lost is None or isinstance(out.lost, BrokenPipeError):
        return code
    from reconcile.cli import exit_code  # noqa: PLC0415 - as above

    terminal.show_error(OutputError(out.lost.strerror or str(out.lost)))
    return exit_code.of_lost_output(code, acting=terminal.acting)
