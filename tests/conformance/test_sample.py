"""A seeded sample of the conformance run; `make conformance` runs thousands."""

from pathlib import Path

from tests.conformance.run import in_lab, in_process, run_cases
from tests.lab.daemon import Daemon

IN_LAB = range(40, 52)
IN_PROCESS = range(40)


def test_rules_agree_with_libvirt(lab: Daemon) -> None:
    tally = run_cases(in_lab(lab), IN_LAB)
    assert tally.found == []
    assert tally.counts["done create"] > 0
    assert tally.counts["done delete"] > 0
    assert tally.counts["done revert"] > 0


def test_rules_agree_with_the_test_driver(tmp_path: Path) -> None:
    tally = run_cases(in_process(tmp_path), IN_PROCESS)
    assert tally.found == []
    assert tally.counts["done revert"] > 0
