"""A sample of what `python -m tests.fuzz` tries: nothing a file holds is answered with a bug."""

import pytest

from tests.fuzz.cases import FORMATS, Format
from tests.fuzz.runner import findings

CASES = 2000
SEED = 1


@pytest.mark.parametrize("form", FORMATS)
def test_bad_files_are_one_error_and_nothing_else(form: Format) -> None:
    assert list(findings(form, SEED, range(CASES))) == []
