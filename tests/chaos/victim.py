"""An apply that says when it is about to be hit: `python -m tests.chaos.victim FD MOMENT ARGS...`.

At its moment it writes a byte to the socket FD; beside a record and before a call it then waits for
one, so that whatever shall happen there has happened. MOMENT is `words` of a moment.
"""

import itertools
import socket
import sys
import time
from collections.abc import Callable
from threading import Thread

from reconcile.cli.main import main
from reconcile.journal.file_storage import FileStorage
from reconcile.libvirt.domain import DomainHandle
from tests.chaos.faults import AtRecord, BeforeCall, InCall, Moment

CALLS = ("create", "redefine", "delete", "revert")


def words(moment: Moment) -> str:
    """A moment as one argument."""
    match moment:
        case AtRecord(number, written):
            return f"record {number} {int(written)}"
        case BeforeCall(number):
            return f"before {number} 0"
        case InCall(number, seconds):
            return f"call {number} {seconds}"


def read(said: str) -> Moment:
    """What `words` said."""
    kind, number, detail = said.split()
    if kind == "record":
        return AtRecord(int(number), detail == "1")
    return BeforeCall(int(number)) if kind == "before" else InCall(int(number), float(detail))


class Bell:
    """The other end chooses what happens then."""

    def __init__(self, number: int) -> None:
        self._socket = socket.socket(fileno=number)

    def ring(self) -> None:
        """Say that it is time."""
        self._socket.send(b"!")

    def ring_and_wait(self) -> None:
        """Say that it is time, and go on when told to."""
        self.ring()
        self._socket.recv(1)


def on_record(moment: AtRecord, bell: Bell) -> None:
    """Ring beside the n-th write to the journal."""
    write, count = FileStorage.append, itertools.count(1)

    def append(disk: FileStorage, data: bytes) -> None:
        chosen = next(count) == moment.number
        if chosen and not moment.written:
            bell.ring_and_wait()
        write(disk, data)
        if chosen and moment.written:
            bell.ring_and_wait()

    FileStorage.append = append  # type: ignore[method-assign, assignment] # to be hit from within


def on_call(moment: BeforeCall | InCall, bell: Bell) -> None:
    """Ring before the n-th call, or while it runs or soon after."""
    count = itertools.count(1)

    def hooked(call: Callable[..., None]) -> Callable[..., None]:
        def wrapped(*arguments: object) -> None:
            if next(count) == moment.number:
                _at_call(moment, bell)
            call(*arguments)

        return wrapped

    for name in CALLS:
        setattr(DomainHandle, name, hooked(getattr(DomainHandle, name)))


def _at_call(moment: BeforeCall | InCall, bell: Bell) -> None:
    def late(seconds: float) -> None:
        time.sleep(seconds)
        bell.ring()

    match moment:
        case BeforeCall():
            bell.ring_and_wait()
        case InCall(_, seconds):
            Thread(target=late, args=(seconds,), daemon=True).start()


def hook(moment: Moment, bell: Bell) -> None:
    """Let this process ring at its moment."""
    if isinstance(moment, AtRecord):
        on_record(moment, bell)
    else:
        on_call(moment, bell)


if __name__ == "__main__":
    hook(read(sys.argv[2]), Bell(int(sys.argv[1])))
    sys.exit(main(sys.argv[3:]))
