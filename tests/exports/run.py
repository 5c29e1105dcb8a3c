"""Round trips by seed, each between two daemons of every release that is asked for."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from tests.exports.case import run_case
from tests.harness.seeds import SeedRunner
from tests.harness.tally import Tally
from tests.lab.daemon import Daemon
from tests.lab.releases import RELEASES


@contextmanager
def runner(names: Sequence[str]) -> Iterator[SeedRunner[dict[str, Tally]]]:
    """Run the round trip of a seed on each of these releases."""
    with ExitStack() as stack:
        pairs = {
            release.name: (
                stack.enter_context(Daemon(release)),
                stack.enter_context(Daemon(release)),
            )
            for release in RELEASES
            if release.name in names
        }
        yield lambda seed: {name: run_case(*pair, seed) for name, pair in pairs.items()}
