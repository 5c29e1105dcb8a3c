"""A seeded sample of what `make chaos` does much more of: each kind of fault at least once."""

import pytest

from tests.chaos.cases import SAMPLE, Case, case, tool_case
from tests.chaos.faults import Deny, FillDisk, InCall
from tests.chaos.one import one
from tests.lab import skips
from tests.lab.daemon import Daemon


@pytest.fixture(autouse=True)
def _state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "")  # put back afterwards: each fault has its own


def judge(lab: Daemon, chosen: Case) -> None:
    if chosen.stage.reverts and chosen.stage.external:
        skips.since_external_revert(lab)
    if isinstance(chosen.fault, FillDisk | Deny):
        skips.root_alone("it mounts, and makes files immutable")
    verdict = one(lab, chosen)
    assert verdict is not None
    assert verdict.wrong == [], "\n".join(verdict.said)
    assert verdict.hit or isinstance(chosen.fault.moment, InCall), "nothing was hit"


@pytest.mark.parametrize("seed", range(9001, 9012))
def test_a_killed_apply_is_settled(lab: Daemon, seed: int) -> None:
    judge(lab, tool_case(seed))


@pytest.mark.parametrize("chosen", SAMPLE, ids=lambda chosen: f"{chosen.stage.name}-{chosen.kind}")
def test_a_fault_of_each_kind_is_settled(lab: Daemon, chosen: Case) -> None:
    judge(lab, chosen)


def test_a_seed_says_it_all() -> None:
    assert [case(seed) for seed in range(100)] == [case(seed) for seed in range(100)]
    assert {case(seed).kind for seed in range(100)} == {each.kind for each in SAMPLE} | {"KillTool"}
