"""Many cases, counted: what was hit, what survived, and what was wrong."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from tests.chaos.cases import case
from tests.chaos.judge import Verdict, Wrong
from tests.chaos.one import Lab
from tests.harness.seeds import SeedRunner
from tests.lab.releases import RELEASES

Verdicts = tuple[int, list[tuple[str, Verdict | None]]]
"""A seed with the verdict of each release; None where the release cannot do its case."""


@contextmanager
def runner(names: Sequence[str]) -> Iterator[SeedRunner[Verdicts]]:
    """Run the case of a seed on each of these releases, whatever any of them does."""
    with ExitStack() as stack:
        labs = {
            release.name: stack.enter_context(Lab(release))
            for release in RELEASES
            if release.name in names
        }
        yield lambda seed: (seed, [(name, lab.one(case(seed))) for name, lab in labs.items()])


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

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.hits + other.hits,
            self.survived + other.survived,
            self.missed + other.missed,
            self.wrong + other.wrong,
            self.ends + other.ends,
        )

    def head(self) -> str:
        """The three numbers that count."""
        total, survived = self.hits.total(), self.survived.total()
        return f"{total} faults, {survived} survived, {self.missed} missed"

    def text(self, name: str) -> str:
        """All of it, for people."""
        head = f"{name}: {self.head()}"
        kinds = [
            f"    {number:>6}  {kind}, {self.survived[kind]} survived"
            for kind, number in sorted(self.hits.items())
        ]
        wrong = [f"    {self.wrong[each]:>6}  {each}" for each in Wrong]
        ends = [f"    {number:>6}  {end}" for end, number in sorted(self.ends.items())]
        return "\n".join([head, *kinds, "  wrong", *wrong, "  ends", *ends])


def report(name: str, seed: int, verdict: Verdict) -> str:
    """What was wrong, how to do it again, and all that the tool said."""
    wrong = [f"WRONG on {name}, seed {seed}: {what}: {said}" for what, said in verdict.wrong]
    return "\n".join([*wrong, f"  {verdict.case}", *verdict.said])
