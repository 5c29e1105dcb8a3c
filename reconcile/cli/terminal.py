"""What the global options say about the terminal; set by the group, used by every command."""

from dataclasses import dataclass

from reconcile.errors import ReconcileError


@dataclass(slots=True)
class Terminal:
    """The global options. Mutable, since the error boundary needs them before they are parsed."""

    uri: str | None = None
    color: str = "auto"
    verbose: bool = False

    def show_error(self, error: ReconcileError) -> None:
        from reconcile.render.console import console  # noqa: PLC0415 - rich is slow to import
        from reconcile.render.failure import show_error  # noqa: PLC0415 - as above

        show_error(console(self.color, stderr=True), error)
