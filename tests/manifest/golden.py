"""Scenario folders: manifests beside what is expected of them, readable in review.

RECONCILE_UPDATE_GOLDEN=1 writes the expectations anew; look at the difference before committing.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path

from reconcile.errors import Problem
from reconcile.model.desired import DesiredTree, Position

HERE = Path(__file__).parent


def scenarios(kind: str) -> list[Path]:
    """The folders of one kind, `good` or `bad`."""
    return sorted(path for path in (HERE / kind).iterdir() if path.is_dir())


def compare(expected: Path, actual: str) -> None:
    """Assert that a text is what the file holds, or write the file if asked to."""
    if os.environ.get("RECONCILE_UPDATE_GOLDEN"):
        expected.write_text(actual, "utf-8")
    assert actual == expected.read_text("utf-8")


def problems_text(problems: Iterable[Problem]) -> str:
    return "".join(f"{problem}\n" for problem in problems)


def trees_text(trees: Iterable[DesiredTree]) -> str:
    """Trees as JSON, without the values that are defaults."""
    return json.dumps([_plain(tree) for tree in trees], indent=2, ensure_ascii=False) + "\n"


def _plain(value: object) -> object:
    match value:
        case Position():
            return str(value)
        case tuple():
            return [_plain(item) for item in value]
        case frozenset():
            return sorted(value)
        case _ if is_dataclass(value):
            return {
                field.name: _plain(getattr(value, field.name))
                for field in fields(value)
                if getattr(value, field.name) != _default(field)
            }
        case _:
            return value


def _default(field: "Field[object]") -> object:
    return field.default_factory() if field.default_factory is not MISSING else field.default
