"""A sample of random histories; `python -m tests.drift` lives through more."""

from pathlib import Path

from tests.drift.history import history
from tests.lab.daemon import Daemon

SEEDS = range(1, 9)


def test_drift_names_every_origin(lab: Daemon, tmp_path: Path) -> None:
    seen: set[str] = set()
    for seed in SEEDS:
        with history(seed, lab, tmp_path) as lived:
            assert lived.run() is None, f"seed {seed}"
            seen |= lived.origins
    assert seen == {"host", "git", "both", "unknown"}
