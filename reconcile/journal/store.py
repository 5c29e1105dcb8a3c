"""The state directory: journals made and found again, saved plans used once, old files removed."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from reconcile import __version__
from reconcile.errors import JournalError, PlanAppliedError, StateError
from reconcile.journal.file_storage import FileStorage
from reconcile.journal.journal import Journal
from reconcile.journal.lock import prune_locks
from reconcile.journal.owner import this_process
from reconcile.journal.records import FORMAT, Begun
from reconcile.journal.state_dir import make_file, make_private, require_private, state_directory

KEPT = timedelta(days=30)  # finished journals; unfinished ones stay until somebody settles them
USED = timedelta(days=365)  # by then the host is not as any plan saw it that was applied
SUFFIX = ".jsonl"
_FINISHED = b'{"record":"finished"}\n'


class Store:
    """The state of this user: journals, locks, and which saved plans were applied."""

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory or state_directory()

    @property
    def locks(self) -> Path:
        """The folder in which locks lie."""
        return self.directory / "locks"

    @property
    def journals(self) -> Path:
        """The folder in which journals lie."""
        return self.directory / "journals"

    @property
    def _applied(self) -> Path:
        return self.directory / "applied"

    def begin(self, plan: str | None = None) -> Journal:
        """A new journal with its first record. Raises StateError, JournalError."""
        make_private(self.directory)
        make_private(self.journals)
        self.prune()
        owner = this_process()
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        path = self.journals / f"{stamp}-{token_hex(4)}{SUFFIX}"
        make_file(path)
        journal = Journal(FileStorage(path))
        journal.append(
            Begun(FORMAT, __version__, owner.started, owner.pid, owner.host, owner.user, plan)
        )
        return journal

    def paths(self) -> list[Path]:
        """The paths of all journals, oldest first. Raises StateError where others can add some."""
        try:
            require_private(self.directory)
            require_private(self.journals)
        except FileNotFoundError:
            return []
        return sorted(self.journals.glob(f"*{SUFFIX}"))

    def unfinished(self) -> Iterator[Journal]:
        """The journals with a domain that nobody settled, oldest first.

        Raises JournalError, StateError.
        """
        return (Journal(FileStorage(path)) for path in self.paths() if is_unfinished(path))

    def require_unused(self, plan: str, file: str) -> None:
        """Raise PlanAppliedError where a saved plan was applied before."""
        if (self._applied / plan).exists():
            raise PlanAppliedError(file)

    def use(self, plan: str, file: str) -> None:
        """Record that a saved plan is applied now. Raises PlanAppliedError where it was before."""
        make_private(self.directory)
        make_private(self._applied)
        try:
            make_file(self._applied / plan)
        except FileExistsError as error:
            raise PlanAppliedError(file) from error

    def prune(self) -> None:
        """Remove old finished journals, locks that died long ago, and records of used plans.

        A journal that cannot be read is left for somebody to look at.
        """
        now = datetime.now(UTC)
        oldest = (now - KEPT).timestamp()
        for path in self.journals.glob(f"*{SUFFIX}"):
            with suppress(OSError, JournalError, StateError):
                if path.lstat().st_mtime < oldest and not is_unfinished(path):
                    path.unlink()
        prune_locks(self.locks, oldest)
        for path in self._applied.glob("*"):
            with suppress(OSError):
                if path.lstat().st_mtime < (now - USED).timestamp():
                    path.unlink()


def is_unfinished(path: Path) -> bool:
    """Whether a journal has a domain that nobody settled. Raises JournalError."""
    storage = FileStorage(path)
    return not storage.tail().endswith(_FINISHED) and not Journal(storage).settled()
