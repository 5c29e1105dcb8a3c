"""Options that several commands share, and those that stand before or behind any command."""

from collections.abc import Callable, Sequence
from math import isfinite
from pathlib import Path
from posixpath import normpath
from typing import Any

import click

from reconcile.errors import EmptyUriError, OddUriError
from reconcile.model.hazard import NEED_APPROVAL, Hazard

Command = Callable[..., Any]
Option = Callable[[Command], Command]


class HazardType(click.Choice[str]):
    """The name of a hazard that needs an approval; one that needs none is refused."""

    def __init__(self) -> None:
        super().__init__(sorted(hazard.value for hazard in NEED_APPROVAL))

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The hazard's name as it was given. Raises BadParameter for any other word."""
        if value in {hazard.value for hazard in Hazard} - {*self.choices}:
            self.fail(f"{value} needs no approval: leave it out", param, ctx)
        return super().convert(value, param, ctx)


class SecondsType(click.FloatRange):
    """A time to wait, in seconds: a finite number, not below 0."""

    def convert(
        self, value: float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The time to wait, in seconds. Raises BadParameter where it is no finite number."""
        seconds: float = super().convert(value, param, ctx)
        if not isfinite(seconds):
            self.fail(f"{value} is no number of seconds", param, ctx)
        return seconds


def added(options: Sequence[Option]) -> Option:
    """A decorator that adds options to a command, in their order in `--help`."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def form_option(*forms: str, words: str) -> Option:
    """The option `--format` with these formats; the first of them is the default."""
    return click.option("--format", "form", type=click.Choice(forms), default=forms[0], help=words)


class MovedPathType(click.ParamType[tuple[str, str]]):
    """Two absolute paths, `OLD=NEW`: where something was, and where it is on this host."""

    name = "OLD=NEW"

    def convert(
        self,
        value: str | tuple[str, str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, str]:
        """The old and the new path, each in its shortest form."""
        if isinstance(value, tuple):
            return value
        old, sign, new = value.partition("=")
        if not sign or not old.startswith("/") or not new.startswith("/") or "/" in {old, new}:
            self.fail(f"{value!r} is not OLD=NEW with two absolute paths below /", param, ctx)
        return normpath(old), normpath(new)


path_map = click.option(
    "--map",
    "path_map",
    multiple=True,
    type=MovedPathType(),
    help="Full dumps come from a host where OLD lay for NEW here, or from another domain.",
)
"""The option of commands that restore metadata from full dumps."""

yes_option = click.option("-y", "--yes", is_flag=True, help="Do not ask.")

_target = click.option(
    "--target",
    "targets",
    metavar="GLOB",
    multiple=True,
    help="Only domains of this name; may be repeated.",
)
_left_out = added(
    (
        click.option(
            "--exclude",
            "excludes",
            metavar="GLOB",
            multiple=True,
            help="No domain of this name; may be repeated.",
        ),
        click.option(
            "--on",
            metavar="GLOB",
            multiple=True,
            help="Only hosts and groups of this name in the hosts file; may be repeated.",
        ),
    )
)
_approvals = added(
    (
        click.option(
            "--revision",
            metavar="TEXT",
            help="The commit that marks name, in place of the one that git's files tell.",
        ),
        click.option(
            "--allow",
            multiple=True,
            type=HazardType(),
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
    )
)
_why = click.option("--why", is_flag=True, help="Print both compared values in full.")
_show_xml = click.option("--show-xml", is_flag=True, help="Print the libvirt calls with their XML.")

which_domains = added((_target, _left_out, _why))
"""The options of every command that compares with manifests, and plans nothing."""

besides_target = added((_left_out, _approvals, _why, _show_xml))
"""The options of every command that plans, but for those that take domains as arguments."""

selection = added((_target, besides_target))
"""The options of every command that plans for manifests."""

acting = added(
    (
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
            type=SecondsType(0),
            default=60,
            metavar="SECONDS",
            show_default=True,
            help="How long to wait for other applies, other jobs, a lost connection.",
        ),
        form_option("text", "json", words="For people, or one event per line for programs."),
    )
)
"""The options of every command that changes hosts."""


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """What is given behind the command counts rather than what is given before it."""
    if value is not None and parameter.name is not None:
        setattr(context.obj, parameter.name, value)


def _keep_uri(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value == "":
        raise EmptyUriError
    try:
        (value or "").encode()
    except UnicodeEncodeError as error:
        raise OddUriError from error
    _keep(context, parameter, value)


def _verbose(_context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        from reconcile.cli.log import log_to_stderr  # noqa: PLC0415 - slow to import

        log_to_stderr()


def _everywhere(*, hidden: bool) -> tuple[Option, ...]:
    kept: dict[str, Any] = {"expose_value": False, "hidden": hidden}
    return (
        click.option(
            *("-c", "--connect", "uri"),
            metavar="URI",
            callback=_keep_uri,
            help="The one libvirt host of this run: a URI, or a host of the hosts file.",
            **kept,
        ),
        click.option(
            "--hosts",
            type=click.Path(path_type=Path),
            metavar="FILE",
            envvar=None if hidden else "RECONCILE_HOSTS",
            show_envvar=True,
            callback=_keep,
            help="The hosts file: nothing that it does not list is connected to.",
            **kept,
        ),
        click.option(
            *("-v", "--verbose"),
            is_flag=True,
            callback=_verbose,
            help="Log hosts and libvirt calls with times to stderr.",
            **kept,
        ),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            callback=_keep,
            help="Colour on terminals only, always, or never.",
            **kept,
        ),
        click.option(
            "--state-dir",
            type=click.Path(path_type=Path),
            metavar="DIR",
            callback=_keep,
            help="Where journals and locks lie, in place of this user's state directory.",
            **kept,
        ),
        click.option(
            "--connect-timeout",
            type=SecondsType(0, min_open=True),
            metavar="SECONDS",
            callback=_keep,
            help="How long to wait until a host answers.  [default: 10]",
            **kept,
        ),
    )


before_command = added(_everywhere(hidden=False))
"""The options that every command takes, as `reconcile --help` explains them."""

behind_command = added(_everywhere(hidden=True))
"""The same options where they stand behind the command."""
