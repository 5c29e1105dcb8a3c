"""Plan files, journals and event streams of earlier versions, read and finished by this one.

`RECONCILE_UPDATE_GOLDEN=1` writes the facts of files that have none; the files themselves stay as
the earlier version wrote them, and pinned facts are changed by hand only.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reconcile.recovery.deviations import deviations
from tests.formats.facts import event_facts, journal, journal_facts, plan_facts
from tests.formats.replayed import Left, simulation
from tests.formats.values import Facts
from tests.harness.command import reconcile
from tests.harness.transcript import ROOT
from tests.simulation.faults import Faults

GOLDEN = Path(__file__).parent / "golden"
UPDATE = os.environ.get("RECONCILE_UPDATE_GOLDEN") == "1"
FACTS = ".facts.json"
HOST_XML = ROOT / "tests/cli/files/host.xml"
Reader = Callable[[Path], Facts]
READERS: dict[str, Reader] = {
    "plan": plan_facts,
    "journal": journal_facts,
    "events": event_facts,
}


def files(kind: str) -> list[Path]:
    """The golden files of this kind, of all commits."""
    found = GOLDEN.glob(f"*/{kind}/*")
    return sorted(path for path in found if not path.name.endswith(FACTS))


def name(path: Path) -> str:
    return str(path.relative_to(GOLDEN))


@pytest.mark.parametrize(
    ("kind", "path"),
    [pytest.param(kind, path, id=name(path)) for kind in READERS for path in files(kind)],
)
def test_a_file_of_an_earlier_version_gives_the_same_facts(kind: str, path: Path) -> None:
    found = READERS[kind](path)
    pinned = path.with_name(f"{path.stem}{FACTS}")
    if UPDATE and not pinned.exists():
        pinned.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    assert json.loads(json.dumps(found)) == json.loads(pinned.read_text("utf-8"))


def test_each_kind_of_record_action_reason_hazard_and_end_is_among_them() -> None:
    """What a file of the commit can hold; an unknown end was never written by it."""
    assert _records() == {
        *("begun", "planned", "answered do", "intent do", "intent undo"),
        *("ended do done", "ended do not started", "ended undo done", "ended undo undone"),
        *("settled applied", "settled failed", "settled incomplete", "settled rolled back"),
    }
    actions = [action for path in files("plan") for action in _actions(path)]
    assert {each["action"] for each in actions} == {"create", "redefine", "delete", "revert"}
    assert {each["reason"] for each in actions} == {
        *("missing", "changed", "undeclared", "place", "current", "always"),
        *("renamed", "cloned", "lost", "forgotten", "replaced"),
    }
    assert {hazard for each in actions for hazard in each["hazards"]} == {
        *("deletes-data", "merges-disks", "discards-guest-state", "changes-run-state"),
        *("changes-disk-path", "replaces-snapshot", "drops-metadata", "deletes-unowned"),
        *("forces-revert", "moves-pointer-only"),
    }


def _records() -> set[str]:
    found: Counter[str] = Counter()
    for path in files("journal"):
        *lines, _torn = path.read_bytes().split(b"\n")
        for each in map(json.loads, lines):
            keys = ("record", "way", "state", "status")
            found[" ".join(each[key] for key in keys if key in each)] += 1
    return set(found)


def _actions(path: Path) -> Iterator[Facts]:
    for domain in json.loads(path.read_text("utf-8"))["domains"]:
        yield from domain["actions"]


def test_a_torn_last_line_is_among_them() -> None:
    torn = [path.stem for path in files("journal") if not path.read_bytes().endswith(b"\n")]
    assert torn == ["simulated-torn-line"]


def golden(path: str) -> Path:
    return GOLDEN / "b4ee78d" / path


def test_a_saved_plan_of_an_earlier_version_is_applied_once() -> None:
    path = str(golden("plan/test-default.json"))
    applied = reconcile("apply", "--yes", "--format", "json", path)
    assert applied.code == 0, applied.out + applied.err
    result = json.loads(applied.out.splitlines()[-1])
    (domain,) = result["domains"]
    assert [step["state"] for step in domain["steps"]] == ["done", "done"]
    again = reconcile("apply", "--yes", path)
    assert (again.code, again.out) == (3, "")
    assert "this plan was applied before" in again.err


def test_an_altered_plan_file_of_an_earlier_version_is_refused(tmp_path: Path) -> None:
    text = golden("plan/test-default.json").read_text("utf-8")
    (tmp_path / "plan.json").write_text(text.replace("/guest/a.mem", "/guest/c.mem"))
    refused = reconcile("apply", "--yes", str(tmp_path / "plan.json"))
    assert refused.code == 1
    assert "it was edited after it was written" in refused.err


@pytest.mark.parametrize("command", ["resume", "rollback"])
def test_the_test_driver_settles_a_journal_of_an_earlier_version(
    command: str, tmp_path: Path
) -> None:
    """The host is where it was before the call that was cut off."""
    host = tmp_path / "host.xml"
    host.write_bytes(HOST_XML.read_bytes())
    text = golden("journal/test-driver-open.jsonl").read_text("utf-8")
    left = tmp_path / "left.jsonl"
    left.write_text(re.sub(r"test://[^\"]+", f"test://{host}", text))
    left.chmod(0o600)
    settled = reconcile(command, str(left), uri=f"test://{host}")
    assert settled.code == 0, settled.out + settled.err
    (domain,) = journal(left).domains.values()
    assert domain.settled is not None
    assert str(domain.settled.status) == {"resume": "applied", "rollback": "rolled back"}[command]


LEFT = (
    Left("simulated-between-steps"),
    Left("simulated-create-done", "all"),
    Left("simulated-create-not-done"),
    Left("simulated-delete-half", "tags are gone"),
    Left("simulated-revert-done", "all"),
    Left("simulated-torn-line", "all"),
)
NO_WAY_BACK = {"simulated-delete-half", "simulated-revert-done"}


@pytest.mark.parametrize("left", LEFT, ids=lambda left: left.journal)
def test_a_journal_of_an_earlier_version_is_resumed(left: Left) -> None:
    data = golden(f"journal/{left.journal}.jsonl").read_bytes()
    simulated = simulation(data, left)
    outcome = simulated.recover("resume", Faults())
    assert outcome is not None
    assert (str(outcome.status), outcome.notes) == ("applied", ())
    assert not simulated.unfinished
    assert deviations(simulated.case.plan.expected[-1], simulated.world.domain) == ()


@pytest.mark.parametrize("left", LEFT, ids=lambda left: left.journal)
def test_a_journal_of_an_earlier_version_is_rolled_back(left: Left) -> None:
    data = golden(f"journal/{left.journal}.jsonl").read_bytes()
    simulated = simulation(data, left)
    outcome = simulated.recover("rollback", Faults())
    assert outcome is not None
    if left.journal in NO_WAY_BACK:
        assert str(outcome.status) == "incomplete"
        assert simulated.unfinished
    else:
        assert str(outcome.status) == "rolled back"
        assert deviations(simulated.case.plan.observed, simulated.world.domain) == ()
