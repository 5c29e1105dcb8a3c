"""What the options of every command say; set before the command or behind it."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.errors import ReconcileError

if TYPE_CHECKING:
    from reconcile.fleet.access import HostAccess


@dataclass(slots=True)
class Terminal:
    """The options of every command. Mutable: the error boundary needs it before they are parsed.

    `acting` is set once a host may have been changed: from then on no end may be called harmless.
    """

    uri: str | None = None
    color: str = "auto"
    state_dir: Path | None = None
    connect_timeout: float | None = None
    acting: bool = False

    @property
    def access(self) -> "HostAccess":
        """How hosts are reached."""
        from reconcile.fleet.access import HostAccess  # noqa: PLC0415 - libvirt is slow to import

        seconds = self.connect_timeout
        return HostAccess(self.uri) if seconds is None else HostAccess(self.uri, seconds)

    def show_error(self, error: ReconcileError) -> None:
        """Print an error where errors go."""
        from reconcile.render.console import console  # noqa: PLC0415 - rich is slow to import
        from reconcile.render.text_error import show_error  # noqa: PLC0415 - as above

        show_error(console(self.color, stderr=True), error)


def can_ask() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def asked(question: str) -> bool:
    """Whether the answer is yes; an empty, unreadable or missing one is no."""
    sys.stdout.write(f"{question} [y/N] ")
    sys.stdout.flush()
    try:
        return sys.stdin.readline().strip().lower() in {"y", "yes"}
    except UnicodeDecodeError:
        return False
