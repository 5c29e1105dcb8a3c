"""`python -m tests.imports`: random trees on each release, imported; a plan for them is empty."""

import sys
from functools import partial

from tests.harness.seeds import SeedRun, parser
from tests.harness.tally import Tally, add_on, chosen_names, print_run
from tests.imports.run import runner
from tests.lab.releases import RELEASES


def main() -> int:
    """Run the cases asked for; 0 if nothing was wrong with any of them."""
    options = parser("tests.imports", __doc__, first=1)
    names = [release.name for release in RELEASES]
    add_on(options, names)
    chosen = options.parse_args()
    on = chosen_names(chosen, names)
    return print_run(SeedRun(partial(runner, on), chosen), Tally, on, "WRONG")


if __name__ == "__main__":
    sys.exit(main())
