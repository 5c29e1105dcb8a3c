"""Errors that end a whole run: not confirmed, not printable, a bug."""

from reconcile.errors.base import ReconcileError


class DeclinedError(ReconcileError):
    """A run that nobody confirmed: the answer to its question was not yes."""

    def __init__(self) -> None:
        super().__init__("not confirmed: nothing was changed", "apply again when it should be")


class OutputError(ReconcileError):
    """An output that could not be written, e.g. to a full disk."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the output cannot be written: {reason}", "make room, then run it again")


class BugError(ReconcileError):
    """An exception that no code expects: a bug, told in one line. `acting`: some step had begun."""

    def __init__(self, error: Exception, place: str, *, acting: bool) -> None:
        then = "look at `reconcile plan`, and report" if acting else "nothing was changed; report"
        super().__init__(
            f"internal error at {place}: {type(error).__name__}: {error}",
            f"{then} this with what the same command prints under -v",
        )
