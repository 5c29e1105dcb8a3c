"""`docs/architecture.md` draws the folders that there are, in the order of the layers."""

import re
import tomllib
from typing import Final

import pytest

from tests.architecture.source import ROOT, files

PAGE: Final = (ROOT / "docs/architecture.md").read_text("utf-8")
ROW: Final = re.compile(r"^\| `(\w+)/` \| (.+) \| `(\w+\.py)` \|$", re.MULTILINE)
ROWS: Final = ROW.findall(PAGE)
ALONE: Final = {"__main__"}
"""Layers that are no folders."""


def layers() -> list[str]:
    """The layers of import-linter, the uppermost first; equals of one layer stand side by side."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    drawn = next(each["layers"] for each in contracts if each["type"] == "layers")
    return [name for layer in drawn for name in layer.split(" | ") if name not in ALONE]


def test_the_table_is_the_folder_listing() -> None:
    there = {path.relative_to(ROOT / "reconcile").parts[0] for path in files("reconcile")}
    assert {folder for folder, _, _ in ROWS} == {name for name in there if "." not in name}


def test_the_table_is_in_the_order_of_the_layers() -> None:
    assert [folder for folder, _, _ in ROWS] == layers()


@pytest.mark.parametrize(("folder", "_what", "file"), ROWS)
def test_the_file_to_read_first_exists(folder: str, _what: str, file: str) -> None:
    assert (ROOT / "reconcile" / folder / file).is_file()


def test_the_drawing_names_folders_alone() -> None:
    drawing = re.search(r"\n\n((?:    .*\n)+)", PAGE)
    assert drawing is not None
    drawn = set(re.findall(r"(\w+)/", drawing[1]))
    assert len(drawn) > 5
    assert drawn - {folder for folder, _, _ in ROWS} == set()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`([\w/]+/[\w.]*)`", PAGE))))
def test_every_path_exists(path: str) -> None:
    assert (ROOT / "reconcile" / path).exists() or (ROOT / path).exists()
