"""The project's own Python files, read but not imported."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FOLDERS: Final = ("reconcile", "tests", "benchmarks", "examples")
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Named:
    """A module, class or function: its file, its name in there, and its docstring."""

    path: str
    name: str
    docstring: str
    module: bool = False

    @property
    def public(self) -> bool:
        """Whether no part of its name begins with an underscore."""
        return not any(part.startswith("_") for part in self.name.split("."))


@cache
def files(folder: str) -> tuple[Path, ...]:
    """The Python files below a folder of the project, by path."""
    return tuple(sorted((ROOT / folder).rglob("*.py")))


@cache
def named(folder: str) -> tuple[Named, ...]:
    """Everything with a name in the files below a folder; a module is named by its file."""
    return tuple(each for path in files(folder) for each in _in_file(path))


def _in_file(path: Path) -> Iterator[Named]:
    tree = ast.parse(path.read_text("utf-8"))
    where = str(path.relative_to(ROOT))
    name = path.parent.name if path.stem == "__init__" else path.stem
    yield Named(where, name.replace("__main__", "main"), ast.get_docstring(tree) or "", module=True)
    yield from _inside(tree, where, "")


def _inside(tree: ast.Module | Definition, where: str, prefix: str) -> Iterator[Named]:
    for node in tree.body:
        if isinstance(node, Definition):
            name = f"{prefix}{node.name}"
            yield Named(where, name, ast.get_docstring(node) or "")
            yield from _inside(node, where, f"{name}.")
