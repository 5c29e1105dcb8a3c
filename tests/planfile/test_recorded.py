"""A saved plan is shown without a host, also an old one; a forged one is one told error."""

import json
from pathlib import Path
from typing import Any

import pytest

from reconcile.errors import PlanFileError
from reconcile.planfile.encode import checksum
from reconcile.planfile.recorded import recorded_plan
from tests.harness.command import reconcile
from tests.harness.transcript import ROOT

HOST = f"test://{ROOT}/tests/cli/files/host.xml"
MANIFEST = ROOT / "tests/cli/files/web01.yaml"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    assert reconcile("plan", "--out", str(path), str(MANIFEST), uri=HOST).code == 0
    return path


def test_it_is_shown_as_it_was_planned(saved: Path) -> None:
    planned = reconcile("plan", str(MANIFEST), uri=HOST)
    assert reconcile("show", str(saved), uri="test:///nowhere").out == planned.out


def test_its_json_is_that_of_the_file(saved: Path) -> None:
    shown = reconcile("show", str(saved), "--format", "json")
    assert json.loads(shown.out) == json.loads(saved.read_text())


def test_one_that_was_applied_is_shown_still(saved: Path, tmp_path: Path) -> None:
    before = reconcile("show", str(saved)).out
    state = ("--state-dir", str(tmp_path / "state"))
    assert reconcile("apply", "--yes", *state, str(saved), uri=HOST).code == 0
    assert reconcile("show", str(saved)).out == before


def test_an_unfinished_apply_and_a_position_are_told(saved: Path) -> None:
    document = json.loads(saved.read_text())
    place = {"file": "web01.yaml", "line": 4, "column": 7}
    refusal = {"code": "x", "snapshot": None, "message": "m", "remedy": "r", "position": place}
    document["domains"][0] |= {
        "unfinished": [{"journal": "/j", "step": 2}, {"journal": "/k", "step": None}],
        "refusals": [refusal],
    }
    saved.write_text(json.dumps({**document, "checksum": checksum(document)}))
    (domain,) = recorded_plan(saved)[0].domains
    assert [(each.journal, each.step) for each in domain.unfinished] == [("/j", 2), ("/k", None)]
    assert str(domain.refusals[0].position) == "web01.yaml:4:7"
    del refusal["position"], document["domains"][0]["unfinished"]  # as version 0.1 wrote it
    saved.write_text(json.dumps({**document, "checksum": checksum(document)}))
    (older,) = recorded_plan(saved)[0].domains
    assert (older.unfinished, older.refusals[0].position) == ((), domain.desired.position)


def bent(document: dict[str, Any], key: str, value: object) -> None:
    document["domains"][0]["actions"][0][key] = value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("action", "explode"),
        ("reason", 7),
        ("changes", [{"field": "x"}]),
        ("hazards", ["boredom"]),
        ("reversible", "yes"),
        ("calls", [{"function": "x", "flags": [], "xml": "<a"}]),
        ("calls", []),
        ("snapshot", ""),
    ],
)
def test_a_forged_one_is_refused(saved: Path, key: str, value: object) -> None:
    document = json.loads(saved.read_text())
    bent(document, key, value)
    saved.write_text(json.dumps({**document, "checksum": checksum(document)}))
    with pytest.raises(PlanFileError, match=r"it cannot be shown|cannot read"):
        recorded_plan(saved)
    ran = reconcile("show", str(saved))
    assert (ran.code, ran.out) == (1, "")


def test_an_edited_one_is_refused(saved: Path) -> None:
    saved.write_text(saved.read_text().replace("base", "bose"))
    assert "it was edited after it was written" in reconcile("show", str(saved)).err


def test_options_of_snapshots_do_not_go_with_it(saved: Path) -> None:
    assert reconcile("show", str(saved), "--xml").code == 64
