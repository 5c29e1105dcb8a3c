"""A journal's disk in memory: what was appended survives, torn where the crash tore it."""

from collections.abc import Iterator
from contextlib import contextmanager

from reconcile.errors import JournalError
from tests.simulation.faults import Crash, Faults

WAYS = ("crash before the write", "crash in the write", "crash after the write", "disk full")


class MemoryDisk:
    """Fails where `faults` says."""

    name = "journal"

    def __init__(self) -> None:
        self.data = b""
        self.faults = Faults()

    def append(self, data: bytes) -> None:
        match self.faults.at(*WAYS):
            case None:
                self.data += data
            case "crash before the write":
                raise Crash
            case "crash in the write":
                self.data += data[: len(data) // 2]
                raise Crash
            case "crash after the write":
                self.data += data
                raise Crash
            case _:
                raise JournalError(self.name, "it cannot be written: no space left")

    def read(self) -> bytes:
        return self.data

    def lines(self) -> list[bytes]:
        """The lines that were written to their end."""
        return self.data.split(b"\n")[:-1]

    def cut(self, length: int) -> None:
        self.data = self.data[:length]

    @contextmanager
    def held(self) -> Iterator[None]:
        yield
