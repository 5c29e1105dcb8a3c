"""Cases by seed, for a while, in several processes: what the long runs have in common.

`make simulate`, `make chaos` and `make conformance` differ in what a seed stands for. Each hands
out one seed after the other until its time is over, prints as it goes, and ends with the seed to
continue from.
"""

import argparse
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from itertools import chain, count, islice
from multiprocessing.util import Finalize
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")
SeedRunner = Callable[[int], T]
"""Runs the case of a seed; must not raise."""
MakeRunner = Callable[[], AbstractContextManager[SeedRunner[T]]]
"""Prepares a process for many seeds: a function of a module, with its arguments by `partial`."""

SECONDS: Final = 600
EVERY_SECONDS: Final = 15
_RUNNER: "SeedRunner[object] | None" = None
"""The runner of this worker process."""


def parser(program: str, text: str | None, first: int = 0) -> argparse.ArgumentParser:
    """A command line with the options of every long run; `first` is the first seed there is."""
    new = argparse.ArgumentParser(prog=f"python -m {program}", description=text)
    new.add_argument("--seconds", type=float, default=SECONDS, help=f"default: {SECONDS}")
    new.add_argument("--seed", type=int, default=first, help=f"the first; default: {first}")
    new.add_argument("--cases", type=int, help="so many seeds; default: as time allows")
    new.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at once")
    return new


@dataclass(slots=True)
class SeedRun(Generic[T]):
    """The seeds of one long run, from `seed` on, for `seconds` or until `cases` are run.

    `wanted` leaves out seeds. After `results` has ended, `next_seed` is the first seed not run.
    """

    make: MakeRunner[T]
    options: argparse.Namespace
    wanted: Callable[[int], bool] = lambda _: True
    next_seed: int = field(init=False)
    _started: float = field(init=False)
    _told: float = field(init=False)

    def __post_init__(self) -> None:
        self.next_seed = self.options.seed
        self._started = self._told = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long the run has lasted."""
        return time.monotonic() - self._started

    def results(self) -> Iterator[T]:
        """What came of each seed, as it comes. Ctrl-C lets the cases that run come to their end."""
        seeds = filter(self.wanted, count(self.options.seed))
        chosen = iter(islice(seeds, self.options.cases))
        # Spawned: libvirt's threads do not survive a fork.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.options.jobs, context, _prepare, (self.make,)) as pool:
            running = {self._submit(pool, seed) for seed in islice(chosen, self.options.jobs)}
            while running:
                done, running = self._wait(running)
                more = () if self._is_over() else islice(chosen, len(done))
                running |= {self._submit(pool, seed) for seed in more}
                yield from (each.result() for each in done)
        self.next_seed = next(chain(chosen, seeds))

    def is_news_due(self) -> bool:
        """Whether it is time to print how far it got; asked after each result."""
        due = time.monotonic() - self._told >= EVERY_SECONDS
        if due:
            self._told = time.monotonic()
        return due

    def text(self) -> str:
        """How to go on where this run ended."""
        return f"{self.seconds:.0f} s; continue with --seed {self.next_seed}"

    def _submit(self, pool: ProcessPoolExecutor, seed: int) -> "Future[T]":
        run: SeedRunner[T] = _run
        return pool.submit(run, seed)

    def _is_over(self) -> bool:
        limit: float = self.options.seconds
        return self.seconds >= limit

    def _wait(self, running: "set[Future[T]]") -> "tuple[set[Future[T]], set[Future[T]]]":
        try:
            return wait(running, return_when=FIRST_COMPLETED)
        except KeyboardInterrupt:
            print("interrupted: the cases that run come to their end", flush=True)
            self.options.seconds = 0
            return wait(running)


def _prepare(make: MakeRunner[object]) -> None:
    """Make this process a worker. What its runner holds is let go when the process ends."""
    global _RUNNER  # noqa: PLW0603 - a process pool has no other place for what a worker keeps
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that hands out the seeds decides
    stack = ExitStack()
    _RUNNER = stack.enter_context(make())
    Finalize(None, stack.close, exitpriority=0)  # a worker runs no `atexit`


def _run(seed: int) -> Any:  # noqa: ANN401 - of the type that the runner returns
    assert _RUNNER is not None  # `_prepare` has run
    return _RUNNER(seed)
