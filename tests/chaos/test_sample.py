"""A seeded sample: the tool is killed. `make chaos` kills libvirtd and guests too."""

import pytest

from tests.chaos.__main__ import one
from tests.lab.daemon import Daemon


@pytest.mark.parametrize("seed", range(9001, 9012))
def test_a_killed_apply_is_settled(lab: Daemon, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "")  # put back afterwards: each fault has its own
    verdict = one(lab, seed, tool_only=True)
    if verdict is None:
        pytest.skip("this libvirt cannot revert to external snapshots: nothing was begun")
    assert verdict.wrong == []
