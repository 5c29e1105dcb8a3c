"""`python -m tests.chaos`: a fault for each seed on every release, and what was lost or left."""

import sys
from collections import defaultdict
from functools import partial

from tests.chaos.cases import EVERY, case
from tests.chaos.many import Tally, report, runner
from tests.harness.seeds import SeedRun, parser
from tests.lab.releases import RELEASES


def main() -> int:
    """Inject the faults asked for; 0 if every host was settled and nothing was lost."""
    options = parser("tests.chaos", f"{__doc__} Seeds 0 to {EVERY - 1} hold every kill once.")
    names = [release.name for release in RELEASES]
    options.add_argument("--on", action="append", choices=names, help="default: all of them")
    options.add_argument("--only", help="only faults of this kind, such as FillDisk")
    chosen = options.parse_args()
    on = [name for name in names if not chosen.on or name in chosen.on]
    run = SeedRun(partial(runner, on), chosen, lambda seed: chosen.only in {None, case(seed).kind})
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for seed, verdicts in run.results():
        for name, verdict in verdicts:
            tallies[name].add(verdict)
            if verdict and verdict.wrong:
                print(report(name, seed, verdict), flush=True)
        if run.is_news_due():
            print(f"    {run.seconds:.0f} s: {sum(tallies.values(), Tally()).head()}", flush=True)
    return _told({name: tallies[name] for name in on}, run.text())


def _told(tallies: dict[str, Tally], end: str) -> int:
    total = sum(tallies.values(), Tally())
    for name, tally in tallies.items():
        print(tally.text(name))
    print(f"{total.text('all')}\n{end}")
    return 1 if total.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
