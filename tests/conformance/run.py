"""Many cases, on a release of the lab or on the test driver; a disagreement is made small."""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.conformance.case import Report, replay, run_random
from tests.conformance.operations import Operation
from tests.conformance.subject import LabSubject, Subject, on_test_driver
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import define

NUMBERS: Final = itertools.count(1)
DISKS: Final = (
    (Disk("vda", mib=1),),
    (Disk("vda", mib=1), Disk("vdb", mib=1)),
    (Disk("vda", mib=1), Disk("vdb", "raw", mib=1)),
)
MakeSubject = Callable[[int], AbstractContextManager[Subject]]


@dataclass(slots=True)
class Tally:
    """What a run of cases did; `found` are the disagreements in words."""

    cases: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)


def run_cases(make: MakeSubject, seeds: Sequence[int]) -> Tally:
    """One case for each seed; the same seed gives the same case."""
    tally = Tally()
    for seed in seeds:
        with make(seed) as subject:
            report = run_random(subject, random.Random(seed))  # noqa: S311 - reproducible, not secret
        tally.cases += 1
        tally.counts += report.counts
        if report.disagreement:
            tally.found.append(_told(make, seed, report))
    return tally


def in_lab(daemon: Daemon) -> MakeSubject:
    """Subjects with real disks on this daemon."""

    @contextmanager
    def make(seed: int) -> Iterator[Subject]:
        daemon.start()  # a case before may have crashed it
        name = f"c{seed}-{next(NUMBERS)}"
        domain = define(daemon, name, DISKS[seed % len(DISKS)])
        try:
            yield LabSubject(domain)
        finally:
            daemon.start()
            domain.remove()

    return make


def in_process(folder: Path) -> MakeSubject:
    """Subjects of the test driver; `folder` holds its node file."""
    return lambda seed: on_test_driver(folder, random.Random(seed))  # noqa: S311 - as above


def _told(make: MakeSubject, seed: int, report: Report) -> str:
    operations, disagreement = _shrunk(make, seed, report)
    lines = (*map(str, operations), *(f"=> {line}" for line in disagreement))
    return f"seed {seed}:\n" + "\n".join(f"    {line}" for line in lines)


def _shrunk(
    make: MakeSubject, seed: int, report: Report
) -> tuple[Sequence[Operation], tuple[str, ...]]:
    """Leave out one operation after the other, for as long as something disagrees."""
    operations, disagreement = report.operations, report.disagreement
    for index in reversed(range(len(operations) - 1)):
        fewer = [*operations[:index], *operations[index + 1 :]]
        with make(seed) as subject:
            again = replay(subject, fewer)
        if again.disagreement:
            operations, disagreement = again.operations, again.disagreement
    return operations, disagreement
