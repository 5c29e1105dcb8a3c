"""`python -m tests.simulation`: every plan, every place that can fail, recovered both ways."""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from reconcile.model.domain import DomainState
from reconcile.model.snapshot import DiskKind
from tests.simulation.cases import Shape, cases, shapes
from tests.simulation.run import WAYS, Tally, check, check_twice, places

KINDS = (DiskKind.INTERNAL, DiskKind.EXTERNAL)
STATES = (DomainState.SHUTOFF, DomainState.RUNNING)
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Bundle:
    """All plans with trees of one shape, kind and state."""

    shape: Shape
    kind: DiskKind
    state: DomainState


def main() -> int:
    """Run all of it; 0 if nothing was violated."""
    options = _options()
    started = time.monotonic()
    bundles = list(_bundles(options))
    total, plans = Tally(), 0
    with ProcessPoolExecutor(options.jobs) as pool:
        work = partial(_run, twice=options.twice, seed=options.seed)
        for count, tally in pool.map(work, bundles):
            for each in tally.violations[:SHOWN]:
                print(f"VIOLATION {each}", flush=True)
            plans += count
            total.runs += tally.runs
            total.faults += tally.faults
            total.ends += tally.ends
            total.violations += tally.violations
    _tell(total, plans, len(bundles), time.monotonic() - started)
    return 1 if total.violations else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--size", type=int, default=5, help="all trees up to this many snapshots")
    parser.add_argument("--beyond", type=int, default=12, help="larger trees, sampled by the seed")
    parser.add_argument(
        "--twice", type=float, default=0.02, help="share of the runs with a second fault too"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def _bundles(options: argparse.Namespace) -> Iterator[Bundle]:
    for size in range(1, options.size + 1):
        for shape in shapes(size):
            yield from (Bundle(shape, kind, state) for kind in KINDS for state in STATES)
    rng = random.Random(options.seed)  # noqa: S311 - reproducible, not secret
    for _ in range(options.beyond):
        size = rng.randint(options.size + 1, options.size + 3)
        shape = tuple(rng.choice([None, *range(n)]) if n else None for n in range(size))
        yield Bundle(shape, rng.choice(KINDS), rng.choice(STATES))


def _run(bundle: Bundle, *, twice: float, seed: int) -> tuple[int, Tally]:
    """Every fault alone with both recoveries; by the seed, some with every second fault."""
    tally, plans = Tally(), 0
    rng = random.Random(f"{seed} {bundle}")  # noqa: S311 - as above
    for case in cases(bundle.shape, bundle.kind, bundle.state):
        plans += 1
        for fault in places(case):
            for way in WAYS:
                seen = check(case, fault, way, tally)
                if seen and rng.random() < twice:
                    for second in seen:
                        check_twice(case, fault, way, second, tally)
    return plans, tally


def _tell(total: Tally, plans: int, bundles: int, seconds: float) -> None:
    ends: Counter[str] = total.ends
    print(
        f"{total.runs} runs with {total.faults} faults, {plans} plans on {bundles} kinds of trees, "
        f"{len(total.violations)} violations, {seconds:.0f} s"
    )
    for what, count in sorted(ends.items()):
        print(f"    {count:>7}  {what}")


if __name__ == "__main__":
    sys.exit(main())
