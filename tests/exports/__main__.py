"""`python -m tests.exports`: random domains on each release, exported, lost and restored."""

import sys
from functools import partial

from tests.exports.case import Tally
from tests.exports.run import runner
from tests.harness.seeds import SeedRun, parser
from tests.lab.releases import RELEASES


def main() -> int:
    """Run the cases asked for; 0 if all of it came back each time."""
    options = parser("tests.exports", __doc__, first=1)
    names = [release.name for release in RELEASES]
    options.add_argument("--on", action="append", choices=names, help="default: all of them")
    chosen = options.parse_args()
    on = [name for name in names if not chosen.on or name in chosen.on]
    run = SeedRun(partial(runner, on), chosen)
    tallies = {name: Tally() for name in on}
    for results in run.results():
        for name, tally in results.items():
            tallies[name] += tally
            for each in tally.found:
                print(f"WRONG on {name}, {each}", flush=True)
        if run.is_news_due():
            print(f"    {run.seconds:.0f} s: {tallies[on[0]].cases} seeds", flush=True)
    for name in on:
        print(tallies[name].text(name))
    print(run.text())
    return 1 if any(tally.found for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
