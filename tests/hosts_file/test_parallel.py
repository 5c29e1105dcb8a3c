"""`parallel` of a host: how many of its domains are worked on at once, whatever --parallel says."""

from collections import Counter
from pathlib import Path
from threading import Barrier, Lock

import pytest

from reconcile.fleet.host_queue import HostTask
from reconcile.fleet.run import Options, Run
from reconcile.journal.store import Store
from reconcile.model.identity import DomainId, HostId
from reconcile.model.outcome import DomainOutcome, Status


class Work:
    """Counts how many tasks of each server run at once."""

    def __init__(self) -> None:
        self.most: Counter[str] = Counter()
        self._now: Counter[str] = Counter()
        self._lock = Lock()

    def task(self, server: str, limit: int | None, number: int, meeting: Barrier) -> HostTask:
        """A task that waits a moment for others, so that all that may run at once do."""

        def call() -> DomainOutcome:
            with self._lock:
                self._now[server] += 1
                self.most[server] = max(self.most[server], self._now[server])
            if limit is None:
                meeting.wait(timeout=30)
            with self._lock:
                self._now[server] -= 1
            return DomainOutcome(DomainId(HostId(server, ""), "", str(number)), Status.APPLIED)

        return HostTask(server, limit, call)


@pytest.mark.parametrize("limit", [1, 2])
def test_a_host_has_no_more_at_once_and_keeps_no_other_waiting(tmp_path: Path, limit: int) -> None:
    """The tasks without a limit meet: they could not, if those of the other host held the pool."""
    work, meeting = Work(), Barrier(2)
    tasks = [work.task("small", limit, number, meeting) for number in range(40)]
    tasks += [work.task("large", None, number, meeting) for number in range(40, 44)]
    with Run(Store(tmp_path), lambda _: None, Options(parallel=4)) as run:
        ended = run.each(tasks)
    assert [each.id.name for each in ended] == [str(number) for number in range(44)]
    assert work.most["small"] <= limit
