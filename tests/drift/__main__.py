"""`python -m tests.drift`: random histories, and whether drift names every origin rightly."""

import sys
from collections import Counter
from functools import partial

from tests.drift.many import Result, runner
from tests.harness.seeds import SeedRun, parser
from tests.harness.tally import add_on, chosen_names
from tests.lab.releases import RELEASES


def main() -> int:
    """Run the histories asked for; 0 if drift was right in all of them."""
    options = parser("tests.drift", __doc__, first=1)
    names = [release.name for release in RELEASES]
    add_on(options, names)
    chosen = options.parse_args()
    on = chosen_names(chosen, names)
    run: SeedRun[Result] = SeedRun(partial(runner, on), chosen)
    wrong, number, origins = 0, 0, Counter[str]()
    for told, seen in run.results():
        number += len(on)
        wrong += len(told)
        origins.update(seen)
        for each in told:
            print(f"WRONG {each}", flush=True)
        if run.is_news_due():
            print(f"    {run.seconds:.0f} s: {number} histories, {wrong} wrong", flush=True)
    print(f"{number} histories, {wrong} wrong; origins: {dict(origins)}; {run.text()}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
