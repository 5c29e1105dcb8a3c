"""`python -m tests.conformance`: random cases on libvirt and on the rules, and where they differ.

A seed is one case on each release, and several on libvirt's in-process test driver. With --hosts it
is a host of several domains, which manifests and people change, on each release.
"""

import sys
from functools import partial

from tests.conformance import run as domains
from tests.conformance.hosts import run as hosts
from tests.harness.seeds import SeedRun, parser
from tests.harness.tally import add_on, chosen_names, print_run
from tests.lab.releases import RELEASES

WRONG = "DISAGREEMENT"


def main() -> int:
    """Run the cases asked for; 0 if rules and libvirt agreed in all of them."""
    options = parser("tests.conformance", __doc__, first=1)
    names = [domains.TEST_DRIVER, *(release.name for release in RELEASES)]
    add_on(options, names)
    options.add_argument("--hosts", action="store_true", help="hosts of several domains")
    chosen = options.parse_args()
    on = chosen_names(chosen, names)
    if not chosen.hosts:
        return print_run(SeedRun(partial(domains.runner, on), chosen), domains.Tally, on, WRONG)
    on = [name for name in on if name != domains.TEST_DRIVER]  # it has no files
    return print_run(SeedRun(partial(hosts.runner, on), chosen), hosts.Tally, on, WRONG)


if __name__ == "__main__":
    sys.exit(main())
