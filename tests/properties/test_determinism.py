"""The examples of a property are the same in every process, so that a failure comes again."""

import subprocess
import sys
from hashlib import sha256
from subprocess import PIPE
from typing import Final

from hypothesis import given

from tests.harness.transcript import ROOT
from tests.properties.profile import THOROUGH, examples
from tests.properties.worlds import World, worlds

EXAMPLES: Final = 150
"""As many as showed it where worlds were drawn by strategies that were made for each draw."""
HASH_SEEDS: Final = ("0", "1")


def test_examples_do_not_follow_the_order_of_sets() -> None:
    """Python orders sets of strings by a seed of the process."""
    command = (sys.executable, "-m", __name__)
    started = [
        subprocess.Popen(command, cwd=ROOT, env={"PYTHONHASHSEED": seed}, stdout=PIPE)
        for seed in HASH_SEEDS
    ]
    first, second = (process.communicate()[0] for process in started)
    assert first
    assert (first == second) is not THOROUGH


def digest() -> str:
    """A hash of all examples, as this process draws them."""
    found = sha256()

    @examples(EXAMPLES)
    @given(worlds(longest=18))
    def draw(world: World) -> None:
        found.update(str(world).encode())

    draw()
    return found.hexdigest()


if __name__ == "__main__":
    print(digest())
