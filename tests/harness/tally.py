"""Tallies of long runs by the name of what they ran on, printed as they grow and at the end."""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeVar

from tests.harness.seeds import SeedRun


class Addable(Protocol):
    """The tally of one case or of many; `found` says in words what was wrong."""

    found: list[str]

    def __add__(self, other: Self) -> Self: ...

    def head(self) -> str:
        """How far the run got, in one line."""

    def text(self, name: str) -> str:
        """All that the run came to on one release or driver, for people."""


T = TypeVar("T", bound=Addable)


@dataclass(slots=True)
class Tally:
    """How many cases ran, what they did by its words, and what was wrong with them."""

    cases: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        found = [*self.found, *other.found]
        return Tally(self.cases + other.cases, self.counts + other.counts, found)

    def head(self) -> str:
        """How far the run got, in one line."""
        return f"{self.cases} cases, {len(self.found)} wrong"

    def text(self, name: str) -> str:
        """All that the run came to on one release, for people."""
        counts = ", ".join(f"{count} {what}" for what, count in sorted(self.counts.items()))
        return f"{name}: {self.head()}; {counts}"


def add_on(options: argparse.ArgumentParser, names: Sequence[str]) -> None:
    """Add the option `--on` to a command line: on which of these the cases run."""
    options.add_argument("--on", action="append", choices=names, help="default: all of them")


def chosen_names(chosen: argparse.Namespace, names: Sequence[str]) -> list[str]:
    """Those of the names that `--on` asked for; all where it was not given."""
    return [name for name in names if not chosen.on or name in chosen.on]


def print_run(
    run: SeedRun[dict[str, T]], empty: Callable[[], T], on: Sequence[str], wrong: str
) -> int:
    """Print what comes of the cases as it comes, and all of it at the end; 1 if any was wrong.

    `wrong` is the word before what was wrong with a case.
    """
    tallies = {name: empty() for name in on}
    for results in run.results():
        for name, tally in results.items():
            tallies[name] += tally
            for each in tally.found:
                print(f"{wrong} on {name}, {each}", flush=True)
        if run.is_news_due():
            print(f"    {run.seconds:.0f} s: {sum(tallies.values(), empty()).head()}", flush=True)
    for name in on:
        print(tallies[name].text(name))
    print(run.text())
    return 1 if any(tally.found for tally in tallies.values()) else 0
