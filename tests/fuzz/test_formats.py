"""A sample of what `python -m tests.fuzz` tries: nothing a file holds is answered with a bug."""

from typing import Final

import pytest

from tests.fuzz.cases import FORMATS, Format
from tests.fuzz.runner import findings

CASES: Final[dict[Format, int]] = {
    "plan": 2000,
    "journal": 2000,
    "manifest": 2000,
    "dump": 2000,
    "host": 2000,
    "hosts": 2000,
}
SEED = 1


@pytest.mark.parametrize("form", FORMATS)
def test_bad_files_are_one_error_and_nothing_else(form: Format) -> None:
    assert list(findings(form, SEED, range(CASES[form]))) == []
