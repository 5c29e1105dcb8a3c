"""`CONTRIBUTING.md` says of every folder of tests which question it answers."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.lab.selection import COLLECTED

ROOT: Final = Path(__file__).parents[2]
ROW: Final = re.compile(r"^\| `tests/(\w+)` \| (.+?) \| (no|some|yes) \|$", re.MULTILINE)
ROWS: Final = ROW.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))

DAEMON: Final = {
    frozenset({False}): "no",
    frozenset({True}): "yes",
    frozenset({False, True}): "some",
}


def folders() -> set[str]:
    """The folders of tests/ that hold code."""
    return {path.parent.name for path in (ROOT / "tests").glob("*/*.py")}


def test_every_folder_has_one_line() -> None:
    said = [folder for folder, _, _ in ROWS]
    assert sorted(said) == sorted(folders()), "write a line into CONTRIBUTING.md"


@pytest.mark.parametrize(("folder", "question"), [(row[0], row[1]) for row in ROWS])
def test_a_line_asks_one_question(folder: str, question: str) -> None:
    assert list((ROOT / "tests" / folder).glob("test_*.py"))
    assert question.endswith("?")


@pytest.mark.parametrize(("folder", "daemon"), [(folder, daemon) for folder, _, daemon in ROWS])
def test_a_line_says_whether_it_starts_daemons(
    pytestconfig: pytest.Config, folder: str, daemon: str
) -> None:
    """Of the folders that were collected as a whole: all of them where all tests are run."""
    collected = pytestconfig.stash[COLLECTED]
    files = set((ROOT / "tests" / folder).glob("test_*.py"))
    if files <= set(collected):
        marks = {marked for path in files for marked in collected[path]}
        assert daemon == DAEMON[frozenset(marks)]
