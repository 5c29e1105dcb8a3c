"""A journal's file: this user's own, in a folder that nobody else can write to."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconcile.errors import JournalError, UntrustedJournalError
from reconcile.files.regular_file import FLAGS, NotRegularError, require_regular
from reconcile.journal.state_dir import objection
from reconcile.planfile.shapes import LONGEST

_TAIL = 64  # bytes; the last record of a finished journal is shorter


class FileStorage:
    """A journal's file; what is appended is on the disk before `append` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        """The path of the journal's file."""
        return str(self.path)

    def append(self, data: bytes) -> None:
        """Write bytes at the end of the file, durably. Raises JournalError.

        A part that was written before an error is dropped again.
        """
        with self._opened(os.O_WRONLY | os.O_APPEND, "written") as number:
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
        """The bytes of the whole journal.

        Raises JournalError, also for a file larger than any journal gets.
        """
        with (
            self._opened(os.O_RDONLY, "read") as number,
            os.fdopen(number, "rb", closefd=False) as file,
        ):
            data = file.read(LONGEST + 1)
        if len(data) > LONGEST:
            raise JournalError(self.name, f"it is larger than {LONGEST // 2**20} MiB")
        return data

    @contextmanager
    def held(self) -> Iterator[None]:
        """A context in which no other process writes. Raises BlockingIOError where one does."""
        with self._opened(os.O_RDONLY, "read") as number:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    def tail(self) -> bytes:
        """The file's last bytes, enough for the record of a finished journal.

        Raises JournalError.
        """
        with self._opened(os.O_RDONLY, "read") as number:
            size = os.fstat(number).st_size
            return os.pread(number, _TAIL, max(0, size - _TAIL))

    def cut(self, length: int) -> None:
        """Drop all bytes of the file behind the first `length`, durably. Raises JournalError."""
        with self._opened(os.O_WRONLY, "written") as number:
            os.ftruncate(number, length)
            os.fsync(number)

    @contextmanager
    def _opened(self, flags: int, what: str) -> Iterator[int]:
        """The open file. Raises JournalError where it is not this user's alone to write."""
        try:
            folder = objection(self.path.parent.stat())
            if folder is not None:
                raise UntrustedJournalError(self.name, f"its folder: {folder}")
            require_regular(self.path.lstat().st_mode)
            number = os.open(self.path, flags | FLAGS)
            try:
                self._require_own(os.fstat(number))
                yield number
            finally:
                os.close(number)
        except BlockingIOError:
            raise
        except NotRegularError as error:
            raise UntrustedJournalError(self.name, f"it {error}") from error
        except (OSError, ValueError) as error:  # the latter for a NUL in the path
            why = getattr(error, "strerror", None) or str(error)
            raise JournalError(self.name, f"it cannot be {what}: {why}") from error

    def _require_own(self, found: os.stat_result) -> None:
        require_regular(found.st_mode)
        why = objection(found)
        if why is not None:
            raise UntrustedJournalError(self.name, why)
