"""Random histories of drift by their seeds, each on several releases."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.drift.history import history
from tests.harness.seeds import SeedRunner
from tests.lab.daemon import Daemon
from tests.lab.releases import RELEASES

Result = tuple[list[str], set[str]]
"""What drift said wrongly, and the origins that it said."""


@contextmanager
def runner(names: Sequence[str]) -> Iterator[SeedRunner[Result]]:
    """Live through the history of a seed on each of these releases."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["XDG_STATE_HOME"] = str(folder)
        places = {
            release.name: stack.enter_context(Daemon(release))
            for release in RELEASES
            if release.name in names
        }

        def run(seed: int) -> Result:
            told: list[str] = []
            seen: set[str] = set()
            for name, daemon in places.items():
                try:
                    with history(seed, daemon, folder) as lived:
                        wrong = lived.run()
                        seen |= lived.origins
                except Exception as error:  # noqa: BLE001 - a case that fails is told, others go on
                    wrong = repr(error)
                if wrong is not None:
                    told.append(f"on {name}, seed {seed}:\n    {wrong}")
            return told, seen

        yield run
