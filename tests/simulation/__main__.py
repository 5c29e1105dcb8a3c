"""`python -m tests.simulation`: a plan for each seed, hit wherever it can fail, both recoveries."""

import argparse
import sys
from functools import partial

from tests.harness.seeds import SeedRun, parser
from tests.simulation.enumeration import runner
from tests.simulation.run import Tally

SHOWN = 20
SIZE = 5
TWICE = 0.02


def main() -> int:
    """Simulate the plans asked for; 0 if nothing was violated."""
    options = _options()
    run = SeedRun(partial(runner, options.size, options.twice), options)
    total, plans = Tally(), 0
    for seed, tally in run.results():
        plans += 1
        total.add(tally)
        for each in tally.violations[:SHOWN]:
            print(f"VIOLATION with --seed {seed}: {each}", flush=True)
        if run.is_news_due():
            print(f"    {run.seconds:.0f} s: {plans} plans, {total.head()}", flush=True)
    print(f"{plans} plans, {total.head()}")
    for what, number in sorted(total.ends.items()):
        print(f"    {number:>7}  {what}")
    print(run.text())
    return 1 if total.violations else 0


def _options() -> argparse.Namespace:
    options = parser("tests.simulation", __doc__)
    options.add_argument(
        "--size",
        type=int,
        default=SIZE,
        help=f"all plans on trees up to so many snapshots (default: {SIZE}), then larger ones",
    )
    options.add_argument(
        "--twice",
        type=float,
        default=TWICE,
        help=f"share of the runs with every second fault too; default: {TWICE}",
    )
    return options.parse_args()


if __name__ == "__main__":
    sys.exit(main())
