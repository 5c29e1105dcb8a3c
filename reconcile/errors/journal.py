"""Errors of the state directory: journals and locks."""

from reconcile.errors.base import ReconcileError


class JournalError(ReconcileError):
    """A journal cannot be written or read."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file}: {what}", "make it readable and writable, with room, then run it again"
        )


class StateError(ReconcileError):
    """Something in the state directory cannot be made."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file}: {what}", "set XDG_STATE_HOME to a directory that you may write to"
        )


class LockedError(ReconcileError):
    """Another apply works on the domain."""

    def __init__(self, owner: str) -> None:
        super().__init__(
            f"another apply works on it: {owner}",
            "wait for its end, or wait longer with --timeout SECONDS",
        )
        self.owner = owner


class JournalHeldError(ReconcileError):
    """A journal is not left behind: its apply, resume or rollback still runs."""

    def __init__(self, file: str, owner: str) -> None:
        super().__init__(
            f"{file}: still written by {owner}",
            "nothing was changed; wait for the end of that process, or stop it with Ctrl-C",
        )


class NoJournalError(ReconcileError):
    """There is nothing to resume or to roll back."""

    def __init__(self, file: str | None) -> None:
        where = f"{file} has nothing unfinished" if file else "no apply was left unfinished"
        super().__init__(where, "look at `reconcile plan`")
