"""A seeded sample of the conformance run on hosts; `make conformance` runs hundreds."""

from pathlib import Path

import pytest

from tests.conformance.hosts.applying import state_in
from tests.conformance.hosts.run import Tally, in_lab, run_case
from tests.lab.daemon import Daemon

SEEDS = (1, 2, 6, 8)


@pytest.fixture
def tally(lab: Daemon, tmp_path: Path) -> Tally:
    """What the cases of the sample did on a release."""
    with state_in(tmp_path):
        return sum((run_case(in_lab(lab, tmp_path), seed) for seed in SEEDS), Tally())


def test_plans_agree_with_libvirt_on_hosts(tally: Tally) -> None:
    assert tally.found == []
    assert tally.counts["plan applied"] > 0
    assert tally.counts["plan refused"] > 0
    assert tally.counts["done by hand"] > 0
