"""`python -m tests.exports`: random domains on each release, exported, lost and restored."""

import sys
from functools import partial

from tests.exports.run import runner
from tests.harness.seeds import SeedRun, parser
from tests.harness.tally import Tally, add_on, chosen_names, print_run
from tests.lab.releases import RELEASES


def main() -> int:
    """Run the cases asked for; 0 if all of it came back each time."""
    options = parser("tests.exports", __doc__, first=1)
    names = [release.name for release in RELEASES]
    add_on(options, names)
    chosen = options.parse_args()
    on = chosen_names(chosen, names)
    return print_run(SeedRun(partial(runner, on), chosen), Tally, on, "WRONG")


if __name__ == "__main__":
    sys.exit(main())
