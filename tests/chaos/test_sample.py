"""A seeded sample of the real faults; `make chaos` injects hundreds."""

import pytest

from tests.chaos.__main__ import one
from tests.lab.daemon import Daemon


@pytest.mark.parametrize("seed", range(9001, 9009))
def test_a_fault_is_settled(lab: Daemon, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "")  # put back afterwards: each fault has its own
    verdict = one(lab, seed)
    if verdict is None:
        pytest.skip("this libvirt cannot revert to external snapshots: nothing was begun")
    assert verdict.wrong == []
