"""`reconcile completion`, and what a shell is offered for names that only a host knows.

A host is asked only where that is cheap: over a read-only connection to this machine's own libvirt,
for a second at most. Every error is silence.
"""

import os
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click
from click.shell_completion import ShellComplete, get_completion_class

from reconcile.errors import ReconcileError
from reconcile.model.exit import Exit

if TYPE_CHECKING:
    from reconcile.fleet.observed_host import ObservedHost

SHELLS = ("bash", "zsh", "fish")
SECONDS = 1.0  # a shell waits for this at a press of Tab
_VARIABLE = "_RECONCILE_COMPLETE"
_PLAIN = re.compile(r"[A-Za-z0-9._+@][A-Za-z0-9._+@-]*")  # a shell would run or split others


def completion(shell: str, program: str, command: click.Command) -> Exit:
    """Print the script that makes a shell complete the command line; `program` is its name."""
    kind = get_completion_class(shell)
    if kind is not None:  # the shells are a closed list of ones that click knows
        sys.stdout.write(ShellComplete.source(kind(command, {}, program, _VARIABLE)))
    return Exit.OK


def complete_domains(context: click.Context, _parameter: object, begun: str) -> list[str]:
    """The domains of this machine's libvirt whose names begin so."""
    return _plain(_ask(context, (), lambda host: [each.name for each in host.ids]), begun)


def complete_snapshots(context: click.Context, _parameter: object, begun: str) -> list[str]:
    """The snapshots whose names begin so, of the domain that the command line names before."""
    rest = context.args  # behind an option without its value, arguments are not parsed yet
    domain = context.params.get("domain") or next(iter(rest), None)
    return _plain(_ask(context, (domain,), _snapshots), begun) if domain else []


def _snapshots(host: "ObservedHost") -> list[str]:
    return [*host.connection.domain(host.ids[0]).snapshot_names()]


def _plain(names: list[str], begun: str) -> list[str]:
    """Names that a shell takes as they are."""
    return [each for each in names if each.startswith(begun) and _PLAIN.fullmatch(each)]


def _ask(
    context: click.Context,
    domains: tuple[str, ...],
    question: "Callable[[ObservedHost], list[str]]",
) -> list[str]:
    terminal: Any = context.find_root().obj
    uri: str | None = terminal.uri or os.environ.get("LIBVIRT_DEFAULT_URI")
    if uri is not None and (urlsplit(uri).netloc or ":" not in uri):
        return []  # another machine, or an alias that may stand for one
    from reconcile.fleet.access import HostAccess  # noqa: PLC0415 - libvirt is slow to import
    from reconcile.fleet.observed_host import observed_host  # noqa: PLC0415 - as above

    try:
        with observed_host(HostAccess(uri, SECONDS), domains) as host:
            return question(host)
    except ReconcileError:
        return []
