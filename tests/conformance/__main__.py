"""`python -m tests.conformance`: random cases on libvirt and on the rules, and where they differ.

A seed is one case on each release, and several on libvirt's in-process test driver.
"""

import sys
from collections import defaultdict
from functools import partial

from tests.conformance.run import TEST_DRIVER, Tally, runner
from tests.harness.seeds import SeedRun, parser
from tests.lab.releases import RELEASES


def main() -> int:
    """Run the cases asked for; 0 if rules and libvirt agreed in all of them."""
    options = parser("tests.conformance", __doc__, first=1)
    names = [TEST_DRIVER, *(release.name for release in RELEASES)]
    options.add_argument("--on", action="append", choices=names, help="default: all of them")
    chosen = options.parse_args()
    on = [name for name in names if not chosen.on or name in chosen.on]
    run = SeedRun(partial(runner, on), chosen)
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for results in run.results():
        for name, tally in results.items():
            tallies[name] += tally
            for each in tally.found:
                print(f"DISAGREEMENT on {name}, {each}", flush=True)
        if run.is_news_due():
            print(f"    {run.seconds:.0f} s: {sum(tallies.values(), Tally()).head()}", flush=True)
    for name in on:
        print(tallies[name].text(name))
    print(run.text())
    return 1 if any(tally.found for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
