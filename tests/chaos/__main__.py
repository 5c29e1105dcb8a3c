"""`python -m tests.chaos`: many faults on every release, and what was lost or left over."""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from itertools import count
from pathlib import Path

from tests.chaos.hit import DISKS, Hit, Verdict, possible, random_fault, tool_fault
from tests.chaos.stages import STAGES
from tests.lab.daemon import Daemon
from tests.lab.domain import define
from tests.lab.releases import RELEASES, Release


def main() -> int:
    """Inject the faults asked for; 0 if every host was settled and nothing was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    names = [release.name for release in RELEASES]
    parser.add_argument("--on", action="append", choices=names, help="default: all of them")
    parser.add_argument("--faults", type=int, default=170, help="per release")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chosen = options.on or names
    bad = sum(
        _release(each, options.seed, options.faults) for each in RELEASES if each.name in chosen
    )
    return 1 if bad else 0


def _release(release: Release, first: int, faults: int) -> int:
    started, ends, bad = time.monotonic(), Counter[str](), 0
    with Daemon(release) as daemon:
        for seed in count(first):
            if sum(ends.values()) == faults:
                break
            verdict = one(daemon, seed)
            if verdict is None or not verdict.hit:
                continue  # this release cannot do it, or the apply was faster
            ends[verdict.end] += 1
            bad += bool(verdict.wrong)
            for wrong in verdict.wrong:
                print(f"WRONG on {release.name}, seed {seed}: {verdict.fault}: {wrong}", flush=True)
    seconds = time.monotonic() - started
    total = sum(ends.values())
    print(f"{release.name}: {total} faults, {total - bad} survived, {bad} not, {seconds:.0f} s")
    for end, number in sorted(ends.items()):
        print(f"    {number:>6}  {end}")
    sys.stdout.flush()
    return bad


def one(daemon: Daemon, seed: int, *, tool_only: bool = False) -> Verdict | None:
    """One fault by its seed; None where this release cannot do the stage."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    stage = STAGES[seed % len(STAGES)]
    daemon.start()
    domain = define(daemon, f"x{seed}", DISKS)
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["XDG_STATE_HOME"] = folder
            if not possible(stage, domain):
                return None
            hit = Hit(stage, domain, Path(folder))
            if tool_only:
                fault = tool_fault(rng, daemon, domain)
            else:
                fault = random_fault(rng, daemon, domain, stage.state)
            return hit.run(fault, rng.choice(["resume", "rollback"]))
    finally:
        daemon.start()
        domain.remove()


if __name__ == "__main__":
    sys.exit(main())
