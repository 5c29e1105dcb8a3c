"""`docs/security.md` names a test for each promise, and each of them is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
PROMISES = PAGE.partition("## Promises")[2].partition("\n## ")[0]
ROW = re.compile(r"^\| (?!promise|---)(.+) \| (.+) \|$", re.MULTILINE)


@pytest.mark.parametrize(("promise", "tests"), ROW.findall(PROMISES))
def test_each_promise_names_a_test(promise: str, tests: str) -> None:
    named = re.findall(r"`(tests/[^`]+)`", tests)
    assert named, promise
    for each in named:
        path, _, function = each.partition("::")
        text = (ROOT / path).read_text("utf-8")
        assert not function or f"def {function}(" in text, each


def test_there_are_promises() -> None:
    assert len(ROW.findall(PROMISES)) > 10
