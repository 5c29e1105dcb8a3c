"""What an interrupted apply began is left as it is: shown first, then never resumed."""

import json
import re
from pathlib import Path

import pytest

from reconcile.journal.store import Store
from tests.cli.test_running import journal, running
from tests.harness.command import reconcile
from tests.harness.schemas import events
from tests.harness.terminal import Terminal
from tests.harness.transcript import ROOT

GOLDEN = ROOT / "tests/formats/golden/b4ee78d/journal"
REMAINS = """\
web01  test:///nowhere  {status}
    ? create tuned  (unknown)
      create last  (not started)
      redefine base  (not started)
    create tuned was cut off: whether it happened, or half of it, is not known
"""


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """A journal whose host is away for good."""
    text = (GOLDEN / "test-driver-open.jsonl").read_text("utf-8")
    path = tmp_path / "left.jsonl"
    path.write_text(re.sub(r"test://[^\"]+", "test:///nowhere", text))
    path.chmod(0o600)
    return path


def test_it_is_closed_by_its_journal_alone(left: Path) -> None:
    ran = reconcile("abandon", "--yes", str(left))
    assert (ran.code, ran.out) == (0, REMAINS.format(status="abandoned"))
    assert json.loads(left.read_text().splitlines()[-2])["status"] == "abandoned"
    for command in ("resume", "rollback", "abandon"):
        again = reconcile(command, str(left))
        assert (again.code, again.err.splitlines()[0]) == (
            1,
            f"error: {left} has nothing unfinished",
        )


def test_it_is_told_as_events(left: Path) -> None:
    told = events(reconcile("abandon", "--yes", "--format", "json", str(left)).out)
    assert [each["event"] for each in told] == ["domain-ended", "result"]
    assert told[0]["status"] == "abandoned"


def test_nobody_is_asked_without_a_terminal(left: Path) -> None:
    before = left.read_bytes()
    ran = reconcile("abandon", str(left))
    assert (ran.code, ran.out) == (64, REMAINS.format(status="incomplete"))
    assert "look at what remains, then pass --yes" in ran.err
    assert left.read_bytes() == before


@pytest.mark.parametrize(("answer", "code"), [("n", 1), ("y", 0)])
def test_somebody_is_asked_after_it_was_shown(left: Path, answer: str, code: int) -> None:
    before = left.read_bytes()
    with Terminal("abandon", str(left)) as terminal:
        terminal.wait_for("cannot be resumed or rolled back afterwards. [y/N]")
        assert "create tuned was cut off" in terminal.shown
        terminal.type(f"{answer}\n")
        assert terminal.end() == code
    assert (left.read_bytes() == before) == (answer == "n")


def test_what_still_runs_is_not_abandoned() -> None:
    with running() as apply:
        written = journal().read_bytes()
        ran = reconcile("abandon", "--yes", str(journal()))
        assert (ran.code, ran.out) == (1, "")
        assert f"still written by process {apply.pid} of " in ran.err
        assert journal().read_bytes() == written


def test_the_state_directory_can_be_another(tmp_path: Path) -> None:
    files, state = Path(__file__).parent / "files", tmp_path / "shared"
    arguments = ("-c", f"test://{files}/host.xml", "--state-dir", str(state))
    ran = reconcile(*arguments, "apply", "--yes", str(files / "web01.yaml"))
    assert ran.code == 0, ran.out
    assert len(list((state / "journals").iterdir())) == 1
    assert not Store().directory.exists()
    assert reconcile("--state-dir", str(state), "resume").code == 1
