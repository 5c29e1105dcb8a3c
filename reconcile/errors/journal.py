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


class OpenStateError(StateError):
    """Something in the state directory that others own or may write to; it is not believed."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(file, what)
        self.remedy = f"look who made it; then remove it, or `chmod go-w {file}` if it is yours"


class UntrustedJournalError(JournalError):
    """A journal that others may have written; what it says is not done."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(file, what)
        self.remedy = "look who made it; a journal is this user's own file in a folder of its own"


class StoppedError(ReconcileError):
    """Somebody stopped the run while it waited for its turn."""

    def __init__(self) -> None:
        super().__init__("not begun: the run was stopped", "apply again")


class UnknownUriError(ReconcileError):
    """A plan file or journal names a URI that is opened for its user only, not for a file."""

    def __init__(self, uri: str, why: str) -> None:
        super().__init__(
            f"{uri} is not opened on the word of a file: {why}",
            "if it is yours, say so: `reconcile --connect URI …` with this URI",
        )


class JournalHostError(ReconcileError):
    """A journal's URI leads to another host than the one that its apply changed."""

    def __init__(self, file: str, planned: str, found: str) -> None:
        super().__init__(
            f"{file} is about {planned}, and its URI leads to {found} now",
            "reach that host by --connect URI",
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
