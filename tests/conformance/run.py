"""Many cases, on a release of the lab or on the test driver; a disagreement is made small."""

import itertools
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.conformance.case import Report, replay, run_random
from tests.conformance.operations import Operation
from tests.conformance.subject import LabSubject, Subject, on_test_driver
from tests.harness.seeds import SeedRunner
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import define
from tests.lab.releases import RELEASES

TEST_DRIVER: Final = "test-driver"
FAST: Final = 16
"""Cases that the test driver runs for each seed of the others."""
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

    def __add__(self, other: "Tally") -> "Tally":
        cases = self.cases + other.cases
        return Tally(cases, self.counts + other.counts, [*self.found, *other.found])

    def head(self) -> str:
        """The three numbers that count."""
        operations, found = self.counts.total(), len(self.found)
        return f"{self.cases} cases, {operations} operations, {found} disagreements"

    def text(self, name: str) -> str:
        """All of it, for people."""
        counts = (f"    {count:>6}  {what}" for what, count in sorted(self.counts.items()))
        return "\n".join([f"{name}: {self.head()}", *counts])


@contextmanager
def runner(names: Sequence[str]) -> Iterator[SeedRunner[dict[str, Tally]]]:
    """Run the cases of a seed on each of these releases, and on the test driver if it is named."""
    with ExitStack() as stack:
        places: dict[str, tuple[MakeSubject, int]] = {}
        if TEST_DRIVER in names:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            places[TEST_DRIVER] = in_process(folder), FAST
        for release in (release for release in RELEASES if release.name in names):
            places[release.name] = in_lab(stack.enter_context(Daemon(release))), 1

        def run(seed: int) -> dict[str, Tally]:
            return {
                name: run_cases(make, range(seed * number, (seed + 1) * number))
                for name, (make, number) in places.items()
            }

        yield run


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
