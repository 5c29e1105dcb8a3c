"""One journal: records appended durably, read back with a torn last line understood."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from threading import Lock
from typing import Protocol

from reconcile import __version__
from reconcile.errors import DamagedJournalError, JournalError, JournalHeldError
from reconcile.journal.codec import CODECS, codec_of
from reconcile.journal.history import History, HistoryError, replay
from reconcile.journal.lines import Codec
from reconcile.journal.owner import owner_of, this_process
from reconcile.journal.records import Begun, Finished, Record
from reconcile.model.identity import DomainId
from reconcile.planfile.shapes import DecodeError


class Storage(Protocol):
    """A journal's bytes, which survive a crash once `append` has returned."""

    @property
    def name(self) -> str:
        """The storage's name, for messages."""

    def append(self, data: bytes) -> None:
        """Write bytes at the end, durably. Raises JournalError."""

    def read(self) -> bytes:
        """The bytes of the whole journal. Raises JournalError."""

    def cut(self, length: int) -> None:
        """Drop all bytes behind the first `length`, durably. Raises JournalError."""

    def held(self) -> AbstractContextManager[None]:
        """A context in which no other process writes. Raises BlockingIOError where one does."""


class JournalOfDomain:
    """One domain's part of a journal, under the identity that the journal was begun with."""

    def __init__(self, journal: "Journal", planned: DomainId) -> None:
        self._journal = journal
        self._planned = planned

    def append(self, record: Record) -> None:
        """Write a record of the domain, on the disk when this returns. Raises JournalError."""
        match record:
            case Begun() | Finished():
                self._journal.append(record)
            case _:
                self._journal.append(replace(record, domain=self._planned))


class Journal:
    """A journal that is only ever appended to.

    Several domains write to it at once, each record whole, in one format.
    """

    def __init__(self, disk: Storage) -> None:
        self._disk = disk
        self._lock = Lock()
        self._codec: Codec | None = None
        self.size = 0
        """Bytes that were appended by this object."""

    @property
    def name(self) -> str:
        """The path of the journal's file, for messages."""
        return self._disk.name

    def append(self, record: Record) -> None:
        """Write a record, on the disk when this returns. Raises JournalError."""
        with self._lock:
            if self._codec is None:
                self._codec = self._codec_for(record)
            data = self._codec.line(record)
            self._disk.append(data)
            self.size += len(data)

    def history(self) -> History:
        """The history that the journal's records tell. Raises JournalError."""
        begun, *rest = self._records()
        if not isinstance(begun, Begun):
            raise DamagedJournalError(self.name, "it does not begin as a journal does")
        try:
            return replay(begun, rest)
        except HistoryError as error:
            raise self._unreadable(error.number, error) from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """A context in which no other process writes to the journal. Raises JournalHeldError."""
        with ExitStack() as stack:
            try:
                stack.enter_context(self._disk.held())
            except BlockingIOError as error:
                owner = owner_of(self.history().writer)
                raise JournalHeldError(self.name, str(owner)) from error
            yield

    def go_on(self) -> None:
        """Begin to write to a journal that is held: drop a torn line, record who writes now."""
        self.mend()
        me = this_process()
        begun = self.history().begun
        self.append(Begun(begun.format, __version__, me.started, me.pid, me.host, me.user))

    def settled(self) -> bool:
        """Whether all domains of the journal are settled, told without reading each record.

        Whole lines count; inside a record's text the quotes of these words would be escaped.
        Raises JournalError.
        """
        data, _, _torn = self._disk.read().rpartition(b"\n")
        return data.count(b'{"record":"planned"') <= data.count(b'{"record":"settled"')

    def mend(self) -> None:
        """Drop a torn last line, so that the next record stands on a line of its own."""
        data = self._disk.read()
        whole = data.rfind(b"\n") + 1
        if whole != len(data):
            self._disk.cut(whole)

    def _codec_for(self, record: Record) -> Codec:
        """A new journal's first record says the format; one that goes on keeps its own."""
        if isinstance(record, Begun):
            return CODECS[record.format]
        return self._read_codec(self._lines())

    def _records(self) -> Iterator[Record]:
        lines = self._lines()
        codec = self._read_codec(lines)
        for number, data in enumerate(lines, 1):
            try:
                yield codec.record(data)
            except DecodeError as error:
                raise self._unreadable(number, error) from error

    def _lines(self) -> list[bytes]:
        """Every whole line; a last one without its line break was never finished."""
        *lines, _torn = self._disk.read().split(b"\n")
        return lines

    def _read_codec(self, lines: list[bytes]) -> Codec:
        if not lines:
            raise DamagedJournalError(self.name, "it holds no whole record")
        try:
            return codec_of(lines[0])
        except DecodeError as error:
            raise self._unreadable(1, error) from error

    def _unreadable(self, number: int, error: Exception) -> JournalError:
        return DamagedJournalError(self.name, f"line {number} cannot be read: {error}")
