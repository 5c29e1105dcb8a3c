"""`python -m tests.conformance`: many cases on libvirt and on the rules, and what came of them."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.conformance.run import Tally, in_lab, in_process, run_cases
from tests.lab.daemon import Daemon
from tests.lab.releases import RELEASES, Release

TEST_DRIVER = "test-driver"


def main() -> int:
    """Run the cases asked for; 0 if rules and libvirt agreed in all of them."""
    options = _options()
    chosen = options.on or [TEST_DRIVER, *(release.name for release in RELEASES)]
    bad = 0
    if TEST_DRIVER in chosen:
        bad += _test_driver(range(options.seed, options.seed + options.fast))
    for release in RELEASES:
        if release.name in chosen:
            bad += _release(release, range(options.seed, options.seed + options.cases))
    return 1 if bad else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    names = [TEST_DRIVER, *(release.name for release in RELEASES)]
    parser.add_argument("--on", action="append", choices=names, help="default: all of them")
    parser.add_argument("--cases", type=int, default=300, help="cases per release")
    parser.add_argument("--fast", type=int, default=5000, help="cases on the test driver")
    parser.add_argument("--seed", type=int, default=1, help="of the first case; the next adds 1")
    return parser.parse_args()


def _test_driver(seeds: range) -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tally = run_cases(in_process(Path(folder)), seeds)
    return _told("test driver", tally, started)


def _release(release: Release, seeds: range) -> int:
    started = time.monotonic()
    with Daemon(release) as daemon:
        version = ".".join(map(str, daemon.version))
        tally = run_cases(in_lab(daemon), seeds)
    return _told(f"{release.name}, libvirt {version}", tally, started)


def _told(where: str, tally: Tally, started: float) -> int:
    seconds = time.monotonic() - started
    operations = sum(tally.counts.values())
    print(
        f"{where}: {tally.cases} cases, {operations} operations, "
        f"{len(tally.found)} disagreements, {seconds:.0f} s"
    )
    for what, count in sorted(tally.counts.items()):
        print(f"    {count:>6}  {what}")
    for each in tally.found:
        print(f"DISAGREEMENT on {where}, {each}")
    sys.stdout.flush()
    return len(tally.found)


if __name__ == "__main__":
    sys.exit(main())
