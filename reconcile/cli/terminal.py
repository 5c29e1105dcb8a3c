"""The values of the options that every command has, before or behind the command's name."""

import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.errors import ReconcileError

if TYPE_CHECKING:
    from reconcile.fleet.access import HostAccess
    from reconcile.model.hosts import HostsFile


@dataclass(slots=True)
class Terminal:
    """The options of every command. Mutable: the error boundary needs it before they are parsed.

    `connect_timeout` is in seconds. `acting` is set once a host may have been changed: from then
    on no end of the run may be called harmless.
    """

    uri: str | None = None
    color: str = "auto"
    state_dir: Path | None = None
    connect_timeout: float | None = None
    hosts: Path | None = None
    acting: bool = False

    @property
    def access(self) -> "HostAccess":
        """The host, the hosts file and the time-out of the command line. Raises HostsFileError."""
        from reconcile.fleet.access import HostAccess  # noqa: PLC0415 - libvirt is slow to import

        access = HostAccess(self.uri, hosts=self.hosts_file)
        seconds = self.connect_timeout
        return access if seconds is None else replace(access, seconds=seconds)

    @property
    def hosts_file(self) -> "HostsFile | None":
        """The hosts file that --hosts or RECONCILE_HOSTS names. Raises HostsFileError."""
        if self.hosts is None:
            return None
        from reconcile.hosts_file.load import load  # noqa: PLC0415 - YAML is slow to import

        return load(self.hosts, trusted=True)

    def reading(self) -> AbstractContextManager[None]:
        """A moving line on a terminal that hosts are being read; none with `--color never`."""
        if self.color == "never":
            return nullcontext()
        from reconcile.render.console import console  # noqa: PLC0415 - rich is slow to import
        from reconcile.render.text_wait import waiting  # noqa: PLC0415 - as above

        return waiting(console(self.color, stderr=True))

    def show_error(self, error: ReconcileError) -> None:
        """Print an error on stderr: what happened, where, and what to do."""
        from reconcile.render.console import console  # noqa: PLC0415 - rich is slow to import
        from reconcile.render.text_error import show_error  # noqa: PLC0415 - as above

        show_error(console(self.color, stderr=True), error)


def can_ask() -> bool:
    """Whether standard input and output are terminals, so that a person can answer a question."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def asked(question: str) -> bool:
    """Whether a person answers the question with yes; no answer, or one that is not text, is no."""
    sys.stdout.write(f"{question} [y/N] ")
    sys.stdout.flush()
    try:
        return sys.stdin.readline().strip().lower() in {"y", "yes"}
    except UnicodeDecodeError:
        return False
