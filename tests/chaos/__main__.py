"""`python -m tests.chaos`: many faults on every release, and what was lost or left over."""

import argparse
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.chaos.cases import EVERY, case
from tests.chaos.many import Tally, release
from tests.lab.releases import RELEASES


def main() -> int:
    """Inject the faults asked for; 0 if every host was settled and nothing was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    names = [release.name for release in RELEASES]
    parser.add_argument("--on", action="append", choices=names, help="default: all of them")
    parser.add_argument("--seed", type=int, default=0, help="the first")
    parser.add_argument("--cases", type=int, default=EVERY, help="per release")
    parser.add_argument("--only", help="only faults of this kind, such as FillDisk")
    parser.add_argument("--parallel", type=int, default=os.cpu_count(), help="releases at once")
    options = parser.parse_args()
    wanted = range(options.seed, options.seed + options.cases)
    seeds = [seed for seed in wanted if options.only in {None, case(seed).kind}]
    chosen = [each for each in names if not options.on or each in options.on]
    started, total = time.monotonic(), Tally()
    # Spawned: libvirt's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.parallel, context) as pool:
        for tally in pool.map(release, chosen, [seeds] * len(chosen)):
            total += tally
    print(total.text("all", time.monotonic() - started))
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
