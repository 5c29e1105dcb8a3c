"""A seeded sample of `python -m tests.exports`: one round trip of each way."""

from tests.exports.case import WAYS, run_case
from tests.harness.tally import Tally
from tests.lab.daemon import Daemon
from tests.lab.fixtures import Daemons

FIRST = 3


def test_what_is_exported_comes_back(lab: Daemon, daemons: Daemons) -> None:
    with Daemon(lab.release) as other:
        seeds = range(FIRST, FIRST + len(WAYS))
        tally = sum((run_case(daemons(lab.release), other, seed) for seed in seeds), Tally())
    assert tally.found == []
    assert tally.counts["snapshots"] > len(WAYS)
    assert tally.counts["reverted to"] > 0
