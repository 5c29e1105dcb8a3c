"""Many cases on one release, counted: what was hit, what survived, and what was wrong."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos.cases import case
from tests.chaos.judge import Verdict, Wrong
from tests.chaos.one import Lab
from tests.lab.releases import RELEASES


@dataclass(slots=True)
class Tally:
    """What happened on one release, or on all of them."""

    hits: Counter[str] = field(default_factory=Counter)
    survived: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)

    def add(self, verdict: Verdict | None) -> None:
        """Count one; None is what a release cannot do."""
        if verdict is None or not verdict.hit:
            self.missed += 1
            return
        self.hits[verdict.case.kind] += 1
        self.survived[verdict.case.kind] += not verdict.wrong
        self.wrong.update({str(what) for what, _ in verdict.wrong})
        self.ends[verdict.end] += 1

    def __iadd__(self, other: "Tally") -> "Tally":
        self.hits += other.hits
        self.survived += other.survived
        self.missed += other.missed
        self.wrong += other.wrong
        self.ends += other.ends
        return self

    def text(self, name: str, seconds: float) -> str:
        """All of it, for people."""
        total, survived = self.hits.total(), self.survived.total()
        head = f"{name}: {total} faults, {survived} survived, {self.missed} missed, {seconds:.0f} s"
        kinds = [
            f"    {number:>6}  {kind}, {self.survived[kind]} survived"
            for kind, number in sorted(self.hits.items())
        ]
        wrong = [f"    {self.wrong[each]:>6}  {each}" for each in Wrong]
        ends = [f"    {number:>6}  {end}" for end, number in sorted(self.ends.items())]
        return "\n".join([head, *kinds, "  wrong", *wrong, "  ends", *ends])


def _report(name: str, seed: int, verdict: Verdict) -> str:
    """What was wrong, how to do it again, and all that the tool said."""
    wrong = [f"WRONG on {name}, seed {seed}: {what}: {said}" for what, said in verdict.wrong]
    return "\n".join([*wrong, f"  {verdict.case}", *verdict.said])


def release(name: str, seeds: Sequence[int]) -> Tally:
    """All cases on one release, whatever any of them does."""
    started, tally = time.monotonic(), Tally()
    with Lab(next(each for each in RELEASES if each.name == name)) as lab:
        for seed in seeds:
            verdict = lab.one(case(seed))
            tally.add(verdict)
            if verdict and verdict.wrong:
                print(_report(name, seed, verdict), flush=True)
    print(tally.text(name, time.monotonic() - started), flush=True)
    return tally
