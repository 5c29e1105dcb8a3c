"""One journal: records appended durably, read back with a torn last line understood."""

from collections.abc import Iterator
from threading import Lock
from typing import Protocol

from reconcile.errors import JournalError
from reconcile.journal.codec import line, record
from reconcile.journal.history import History, replay
from reconcile.journal.records import FORMAT, Begun, Record
from reconcile.planfile.codec import DecodeError


class Storage(Protocol):
    """Where a journal lies: bytes that survive a crash once `append` has returned."""

    @property
    def name(self) -> str:
        """For messages."""

    def append(self, data: bytes) -> None:
        """Write at the end, durably. Raises JournalError."""

    def read(self) -> bytes:
        """All of it."""

    def cut(self, length: int) -> None:
        """Drop what lies behind this many bytes."""


class Journal:
    """Append-only. Several domains write to it at once, each record whole."""

    def __init__(self, disk: Storage) -> None:
        self._disk = disk
        self._lock = Lock()

    @property
    def name(self) -> str:
        """The file's path, for messages."""
        return self._disk.name

    def append(self, record: Record) -> None:
        """The record is on the disk when this returns. Raises JournalError."""
        with self._lock:
            self._disk.append(line(record))

    def history(self) -> History:
        """What it tells. Raises JournalError where it cannot be read."""
        begun, *rest = self._records()
        if not isinstance(begun, Begun):
            raise JournalError(self.name, "it does not begin as a journal does")
        if begun.format != FORMAT:
            raise JournalError(self.name, f"it was written by reconcile {begun.tool}")
        return replay(begun, rest)

    def mend(self) -> None:
        """Drop a torn last line, so that what is appended next stands alone."""
        data = self._disk.read()
        whole = data.rfind(b"\n") + 1
        if whole != len(data):
            self._disk.cut(whole)

    def _records(self) -> Iterator[Record]:
        """Every whole line; a last one without its line break was never finished."""
        *lines, _torn = self._disk.read().split(b"\n")
        if not lines:
            raise JournalError(self.name, "it holds no whole record")
        for number, data in enumerate(lines, 1):
            try:
                yield record(data)
            except DecodeError as error:
                raise JournalError(self.name, f"line {number} cannot be read: {error}") from error
