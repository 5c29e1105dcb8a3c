"""The plans of `make simulate` by number: all on small trees, then without end on larger ones."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from reconcile.model.domain import DomainState
from reconcile.model.snapshot import DiskKind
from tests.harness.seeds import SeedRunner
from tests.simulation.cases import Case, cases, shapes
from tests.simulation.run import WAYS, Tally, check, check_twice, places

KINDS = (DiskKind.INTERNAL, DiskKind.EXTERNAL)
STATES = (DomainState.SHUTOFF, DomainState.RUNNING)
LARGER = 3


def plans(size: int) -> Iterator[Case]:
    """Every plan on a tree of up to `size` snapshots, small ones first; then on larger ones."""
    for number in range(1, size + 1):
        for shape in shapes(number):
            for kind in KINDS:
                for state in STATES:
                    yield from cases(shape, kind, state)
    for number in count():
        yield from _larger(size, number)


def _larger(size: int, number: int) -> Iterator[Case]:
    rng = random.Random(number)  # noqa: S311 - reproducible, not secret
    snapshots = range(rng.randint(size + 1, size + LARGER))
    shape = tuple(rng.choice([None, *range(n)]) if n else None for n in snapshots)
    return cases(shape, rng.choice(KINDS), rng.choice(STATES))


@contextmanager
def runner(size: int, twice: float) -> Iterator[SeedRunner[tuple[int, Tally]]]:
    """Simulate the plan of each number. The numbers have to rise."""
    left = enumerate(plans(size))

    def simulate(seed: int) -> tuple[int, Tally]:
        case = next(case for number, case in left if number == seed)
        return seed, _simulated(case, twice)

    yield simulate


def _simulated(case: Case, twice: float) -> Tally:
    """Every fault alone with both recoveries; by chance, a second fault at each of its places."""
    tally = Tally()
    rng = random.Random(case.words)  # noqa: S311 - as above
    for fault in places(case):
        for way in WAYS:
            seen = check(case, fault, way, tally)
            if seen and rng.random() < twice:
                for second in seen:
                    check_twice(case, fault, way, second, tally)
    return tally
