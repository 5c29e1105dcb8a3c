"""`python -m tests.conformance`: many cases on one or all releases, and what came of them."""

import argparse
import itertools
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence

import libvirt

from tests.conformance.case import Report, replay, run_random
from tests.conformance.operations import Operation
from tests.lab.daemon import Daemon
from tests.lab.domain import Disk, Domain, define
from tests.lab.releases import RELEASES, Release

NUMBERS = itertools.count(1)
DISKS = (
    (Disk("vda", mib=1),),
    (Disk("vda", mib=1), Disk("vdb", mib=1)),
    (Disk("vda", mib=1), Disk("vdb", "raw", mib=1)),
)


def main() -> int:
    """Run the cases asked for; 0 if rules and libvirt agreed in all of them."""
    options = _options()
    libvirt.registerErrorHandler(lambda _context, _error: None, None)
    chosen = [r for r in RELEASES if r.name in options.release] if options.release else RELEASES
    bad = [_release(each, options.cases, options.seed) for each in chosen]
    return 1 if any(bad) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--cases", type=int, default=300, help="cases per release")
    parser.add_argument("--seed", type=int, default=1, help="of the first case; the next adds 1")
    parser.add_argument("--release", action="append", help="own, trixie or forky; default all")
    return parser.parse_args()


def _release(release: Release, cases: int, seed: int) -> int:
    """Run cases on one release; returns how many disagreed."""
    started, counts, bad = time.monotonic(), Counter[str](), 0
    with Daemon(release) as daemon:
        for number in range(seed, seed + cases):
            report = run_seed(daemon, number)
            counts += report.counts
            if report.disagreement:
                bad += 1
                _tell(daemon, number, report)
            daemon.start()
        version = ".".join(map(str, daemon.version))
    seconds = time.monotonic() - started
    print(
        f"{release.name} (libvirt {version}): {cases} cases, {bad} disagreements, {seconds:.0f} s"
    )
    for what, count in sorted(counts.items()):
        print(f"    {count:>6}  {what}")
    sys.stdout.flush()
    return bad


def run_seed(daemon: Daemon, seed: int) -> Report:
    """One case, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    domain = _domain(daemon, seed)
    try:
        return run_random(domain, rng)
    finally:
        _remove(domain)


def _tell(daemon: Daemon, seed: int, report: Report) -> None:
    operations, disagreement = _shrunk(daemon, seed, report)
    print(f"{daemon.release.name}, seed {seed}: DISAGREEMENT")
    for operation in operations:
        print(f"    {operation}")
    for line in disagreement:
        print(f"    => {line}")
    sys.stdout.flush()


def _shrunk(
    daemon: Daemon, seed: int, report: Report
) -> tuple[Sequence[Operation], tuple[str, ...]]:
    """Leave out one operation after the other, for as long as something disagrees."""
    operations, disagreement = report.operations, report.disagreement
    for index in reversed(range(len(operations) - 1)):
        fewer = [*operations[:index], *operations[index + 1 :]]
        daemon.start()
        domain = _domain(daemon, seed)
        again = replay(domain, fewer)
        _remove(domain)
        if again.disagreement:
            operations, disagreement = again.operations, again.disagreement
    return operations, disagreement


def _domain(daemon: Daemon, seed: int) -> Domain:
    return define(daemon, f"c{seed}-{next(NUMBERS)}", DISKS[seed % len(DISKS)])


def _remove(domain: Domain) -> None:
    domain.daemon.start()
    domain.remove()


if __name__ == "__main__":
    sys.exit(main())
