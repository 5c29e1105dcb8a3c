"""Errors of the state directory: journals and locks."""

from reconcile.errors.base import ReconcileError


class JournalError(ReconcileError):
    """A journal that cannot be written or read."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file}: {what}", "make it readable and writable, with room, then run it again"
        )


class DamagedJournalError(JournalError):
    """A journal that no version of this tool wrote so; nothing of it is done."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(file, what)
        self.remedy = (
            "look at the domain with `reconcile plan`; then move the file away, and nothing "
            "of it is resumed or undone any more"
        )


class StateError(ReconcileError):
    """A file or folder of the state directory that cannot be made."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file}: {what}", "set XDG_STATE_HOME to a directory that you may write to"
        )


class FullStateError(StateError):
    """The disk that the state directory lies on is full."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(file, what)
        self.remedy = "make room there, or name another directory by --state-dir"


class OpenStateError(StateError):
    """A file or folder of the state directory that others own or may write to; it is not read."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(file, what)
        self.remedy = f"look who made it; then remove it, or `chmod go-w {file}` if it is yours"


class UntrustedJournalError(JournalError):
    """A journal that others may have written: its steps are not taken."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(file, what)
        self.remedy = "look who made it; a journal is this user's own file in a folder of its own"


class StoppedError(ReconcileError):
    """A run that was stopped while it waited for a lock or a job."""

    def __init__(self) -> None:
        super().__init__("not begun: the run was stopped", "apply again")


class UnknownUriError(ReconcileError):
    """A URI of a plan file or journal that is opened only where the user names one, too."""

    def __init__(self, uri: str, why: str) -> None:
        super().__init__(
            f"{uri} is not opened on the word of a file: {why}",
            "if it is yours, say so: `reconcile --connect URI …` with this URI",
        )


class UnlistedUriError(UnknownUriError):
    """A plan file or journal names a URI that is not in the hosts file that was given."""

    def __init__(self, uri: str, hosts: str) -> None:
        super().__init__(uri, f"it is no host of {hosts}")
        self.remedy = "add the host to that file, or give the hosts file that lists it"


class JournalHostError(ReconcileError):
    """A journal's URI leads to another host than the one that its apply changed."""

    def __init__(self, file: str, planned: str, found: str) -> None:
        super().__init__(
            f"{file} is about {planned}, and its URI leads to {found} now",
            "reach that host by --connect URI",
        )


class LockedError(ReconcileError):
    """A domain or file that another apply works on."""

    def __init__(self, owner: str) -> None:
        super().__init__(
            f"another apply works on it: {owner}",
            "wait for its end, or wait longer with --timeout SECONDS",
        )
        self.owner = owner


class JournalHeldError(ReconcileError):
    """A journal that is still written to: its apply, resume or rollback runs."""

    def __init__(self, file: str, owner: str) -> None:
        super().__init__(
            f"{file}: still written by {owner}",
            "nothing was changed; wait for the end of that process, or stop it with Ctrl-C",
        )


class NoJournalError(ReconcileError):
    """A resume, rollback or abandon without any unfinished apply to work on."""

    def __init__(self, file: str | None) -> None:
        where = f"{file} has nothing unfinished" if file else "no apply was left unfinished"
        super().__init__(where, "look at `reconcile plan`")
