"""A sample of the simulation; `make simulate` enumerates it."""

import random

import pytest

from reconcile.model.domain import DomainState
from reconcile.model.snapshot import DiskKind
from tests.simulation.cases import Case, cases, shapes
from tests.simulation.run import WAYS, Tally, check, check_twice, places

RUNS = 6  # of each plan, by the seed


@pytest.mark.parametrize("state", [DomainState.SHUTOFF, DomainState.RUNNING])
@pytest.mark.parametrize("kind", [DiskKind.INTERNAL, DiskKind.EXTERNAL])
def test_a_crash_anywhere_is_settled(kind: DiskKind, state: DomainState) -> None:
    tally = Tally()
    for size in (1, 2, 3):
        for shape in shapes(size):
            for case in cases(shape, kind, state):
                _sampled(case, tally)
    assert tally.violations == []
    assert tally.ends["before"] > 0
    assert tally.ends["desired"] > 0


def _sampled(case: Case, tally: Tally) -> None:
    rng = random.Random(case.words)  # noqa: S311 - reproducible, not secret
    faults = places(case)
    for fault in rng.sample(faults, min(RUNS, len(faults))):
        way = rng.choice(WAYS)
        seen = check(case, fault, way, tally)
        if seen:
            check_twice(case, fault, way, rng.choice(seen), tally)
