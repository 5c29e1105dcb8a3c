"""The directory of journals: made, found again, and old finished ones removed."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconcile import __version__
from reconcile.errors import JournalError, PlanAppliedError, StateError
from reconcile.journal.history import DomainHistory
from reconcile.journal.journal import Journal
from reconcile.journal.lock import this_process
from reconcile.journal.records import FORMAT, Begun
from reconcile.journal.state_dir import state_directory
from reconcile.model.identity import DomainId

KEPT = timedelta(days=30)  # finished journals; unfinished ones stay until somebody settles them
SUFFIX = ".jsonl"


class FileStorage:
    """A journal's file: mode 0600, every append on the disk before it returns."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    def append(self, data: bytes) -> None:
        """Write at the end and fsync; a part that was written before an error is dropped again."""
        try:
            number = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
            try:
                self._write(number, data)
            finally:
                os.close(number)
        except OSError as error:
            raise JournalError(self.name, f"it cannot be written: {error.strerror}") from error

    def _write(self, number: int, data: bytes) -> None:
        before = os.fstat(number).st_size
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(number, rest) :]
            os.fsync(number)
        except OSError:
            os.ftruncate(number, before)
            raise

    def read(self) -> bytes:
        """All of it."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise JournalError(self.name, f"it cannot be read: {error.strerror}") from error

    def cut(self, length: int) -> None:
        """Drop what lies behind, durably."""
        with self.path.open("r+b") as file:
            file.truncate(length)
            os.fsync(file.fileno())


class Store:
    """The state of this user: journals, locks, and which saved plans were applied."""

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory or state_directory()

    @property
    def locks(self) -> Path:
        """Where locks lie."""
        return self.directory / "locks"

    @property
    def journals(self) -> Path:
        """Where journals lie."""
        return self.directory / "journals"

    def begin(self, plan: str | None = None) -> Journal:
        """A new journal with its first record. Raises StateError, JournalError."""
        _directory(self.journals)
        self._prune()
        owner = this_process()
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        path = self.journals / f"{stamp}-{secrets.token_hex(4)}{SUFFIX}"
        _made(path)
        journal = Journal(FileStorage(path))
        journal.append(
            Begun(FORMAT, __version__, owner.started, owner.pid, owner.host, owner.user, plan)
        )
        return journal

    def unfinished(self) -> Iterator[Journal]:
        """Journals with a domain that nobody settled, oldest first. Raises JournalError."""
        for path in sorted(self.journals.glob(f"*{SUFFIX}")):
            if _unsettled(path):
                yield Journal(FileStorage(path))

    def left_by(self, domain: DomainId) -> Iterator[tuple[Journal, DomainHistory]]:
        """What earlier applies left of this domain."""
        for journal in self.unfinished():
            for each in journal.history().unfinished:
                found = each.planned.domain
                if (found.uuid, found.host.uri) == (domain.uuid, domain.host.uri):
                    yield journal, each

    def use(self, plan: str, file: str) -> None:
        """Note that a saved plan is applied now. Raises PlanAppliedError where it was before."""
        folder = self.directory / "applied"
        _directory(folder)
        try:
            _made(folder / plan)
        except StateError as error:
            if (folder / plan).exists():
                raise PlanAppliedError(file) from error
            raise

    def _prune(self) -> None:
        """Remove old finished journals; one that cannot be read is somebody's to look at."""
        oldest = (datetime.now(UTC) - KEPT).timestamp()
        for path in self.journals.glob(f"*{SUFFIX}"):
            with suppress(OSError, JournalError):
                if path.stat().st_mtime < oldest and not _unsettled(path):
                    path.unlink()


def _unsettled(path: Path) -> bool:
    """Whether it has more domains than settled ones, told without reading each record.

    Whole lines count; inside a record's text the quotes of these words would be escaped.
    """
    data, _, _torn = FileStorage(path).read().rpartition(b"\n")
    return data.count(b'{"record":"planned"') > data.count(b'{"record":"settled"')


def _directory(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StateError(str(path), error.strerror or str(error)) from error


def _made(path: Path) -> None:
    """A new file that only this user may read; its name is on the disk too."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        number = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
    except OSError as error:
        raise StateError(str(path), error.strerror or str(error)) from error
