"""A long run hands out every seed once, and says where to go on."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.harness.seeds import SeedRun, SeedRunner, parser


@contextmanager
def doubling() -> Iterator[SeedRunner[int]]:
    yield lambda seed: 2 * seed


def options(*arguments: str) -> Namespace:
    return parser("tests", None).parse_args(["--jobs", "2", *arguments])


def test_every_seed_is_run_once() -> None:
    run = SeedRun(doubling, options("--seed", "3", "--cases", "7"))
    assert sorted(run.results()) == [6, 8, 10, 12, 14, 16, 18]
    assert run.next_seed == 10
    assert run.text().endswith("continue with --seed 10")


def test_seeds_that_are_not_wanted_are_left_out() -> None:
    run = SeedRun(doubling, options("--cases", "3"), lambda seed: seed % 4 == 3)
    assert sorted(run.results()) == [6, 14, 22]
    assert run.next_seed == 15


def test_when_the_time_is_over_what_was_begun_is_finished() -> None:
    run = SeedRun(doubling, options("--seconds", "0"))
    assert sorted(run.results()) == [0, 2]
    assert run.next_seed == 2


@contextmanager
def broken() -> Iterator[SeedRunner[int]]:
    def fail(seed: int) -> int:
        raise ValueError(seed)

    yield fail


def test_a_runner_that_raises_ends_the_run() -> None:
    with pytest.raises(ValueError, match="0"):
        list(SeedRun(broken, options("--cases", "1")).results())
