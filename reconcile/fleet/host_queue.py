"""Domains that wait for their turn: of each host no more at once than its hosts file allows."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition

from reconcile.model.outcome import DomainOutcome


@dataclass(frozen=True, slots=True)
class HostTask:
    """The work on one domain: its server, and how many of that server may be worked on at once.

    `limit` None: as many as there are workers.
    """

    server: str
    limit: int | None
    call: Callable[[], DomainOutcome]


class HostQueue:
    """Hands out each task once; for as many threads as there are, in the order of the tasks."""

    def __init__(self, tasks: Sequence[HostTask]) -> None:
        self._waiting = dict(enumerate(tasks))
        self._running: Counter[str] = Counter()
        self._changed = Condition()

    def take(self) -> tuple[int, HostTask]:
        """The number of the next task whose host has room, and the task; waits until there is one.

        To be called once for each task; `done` is called for each that was taken.
        """
        with self._changed:
            while True:
                for number, task in self._waiting.items():
                    if task.limit is None or self._running[task.server] < task.limit:
                        self._running[task.server] += 1
                        return number, self._waiting.pop(number)
                self._changed.wait()

    def done(self, task: HostTask) -> None:
        """A task has ended: its host has room for another."""
        with self._changed:
            self._running[task.server] -= 1
            self._changed.notify_all()
