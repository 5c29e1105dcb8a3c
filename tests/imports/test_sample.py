"""A seeded sample of `python -m tests.imports`."""

from tests.harness.tally import Tally
from tests.imports.case import run_case
from tests.imports.run import DISKS
from tests.lab.fixtures import MakeDomain

SEEDS = range(12)


def test_what_is_imported_plans_to_nothing(make_domain: MakeDomain) -> None:
    domain = make_domain(DISKS)
    tally = sum((run_case(domain, seed) for seed in SEEDS), Tally())
    assert tally.found == []
    assert tally.counts["snapshots"] > len(SEEDS)
