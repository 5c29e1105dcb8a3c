"""`python -m tests.conformance`: random cases on libvirt and on the rules, and where they differ.

A seed is one case on each release, and several on libvirt's in-process test driver. With --hosts it
is a host of several domains, which manifests and people change, on each release.
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from tests.conformance import run as domains
from tests.conformance.hosts import run as hosts
from tests.harness.seeds import SeedRun, parser
from tests.lab.releases import RELEASES

T = TypeVar("T", domains.Tally, hosts.Tally)


def main() -> int:
    """Run the cases asked for; 0 if rules and libvirt agreed in all of them."""
    options = parser("tests.conformance", __doc__, first=1)
    names = [domains.TEST_DRIVER, *(release.name for release in RELEASES)]
    options.add_argument("--on", action="append", choices=names, help="default: all of them")
    options.add_argument("--hosts", action="store_true", help="hosts of several domains")
    chosen = options.parse_args()
    on = [name for name in names if not chosen.on or name in chosen.on]
    if not chosen.hosts:
        return _told(SeedRun(partial(domains.runner, on), chosen), domains.Tally, on)
    on = [name for name in on if name != domains.TEST_DRIVER]  # it has no files
    return _told(SeedRun(partial(hosts.runner, on), chosen), hosts.Tally, on)


def _told(run: SeedRun[dict[str, T]], empty: Callable[[], T], on: Sequence[str]) -> int:
    """Print what comes of the cases as it comes, and all of it at the end."""
    tallies = {name: empty() for name in on}
    for results in run.results():
        for name, tally in results.items():
            tallies[name] += tally
            for each in tally.found:
                print(f"DISAGREEMENT on {name}, {each}", flush=True)
        if run.is_news_due():
            print(f"    {run.seconds:.0f} s: {sum(tallies.values(), empty()).head()}", flush=True)
    for name in on:
        print(tallies[name].text(name))
    print(run.text())
    return 1 if any(tally.found for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
