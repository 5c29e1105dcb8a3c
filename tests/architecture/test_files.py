"""A file holds one idea: at most 300 lines, unless its docstring says why it needs more."""

import pytest

from tests.architecture.source import FOLDERS, ROOT, files, named

LONGEST = 300


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_is_too_long(folder: str) -> None:
    lines = {path: path.read_text("utf-8").count("\n") for path in files(folder)}
    docstrings = {ROOT / each.path: each.docstring for each in reversed(named(folder))}
    long = {
        str(path.relative_to(ROOT)): number
        for path, number in lines.items()
        if number > LONGEST and f"{LONGEST} lines" not in docstrings[path]
    }
    assert long == {}, f"split it, or let its docstring say why it needs more than {LONGEST} lines"
