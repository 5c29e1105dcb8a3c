"""Find and read the files: the only place of this package that touches the file system."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import Problem
from reconcile.model.desired import Position

SIZE_LIMIT = 16 * 1024 * 1024
SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Source:
    """One manifest file as read."""

    path: Path
    text: str


def find(paths: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[Problem, ...]]:
    """The files behind these paths in their order, each once; directories are searched."""
    found: dict[Path, Path] = {}
    problems: list[Problem] = []
    for path in paths:
        for item in _expand(path):
            if isinstance(item, Problem):
                problems.append(item)
            else:
                found.setdefault(_identity(item), item)
    return tuple(found.values()), tuple(problems)


def read(path: Path) -> Source | Problem:
    """The file's text, or why it cannot be had."""
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        return _problem(path, f"cannot be read: {_reason(error)}", "make it readable")
    if len(content) > SIZE_LIMIT:
        return _problem(path, "is larger than 16 MiB", "split it: one file per domain is enough")
    return _decode(path, content)


def _decode(path: Path, content: bytes) -> Source | Problem:
    try:
        return Source(path, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        where = Position(str(path), line, column)
        message = f"is not UTF-8: byte 0x{content[error.start]:02x}"
        return Problem(where, "", message, "save the file as UTF-8")


def _expand(path: Path) -> Iterator[Path | Problem]:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        yield _problem(path, "does not exist", "check the path; a missing file never means empty")
    except (OSError, ValueError) as error:
        yield _problem(path, f"cannot be read: {_reason(error)}", "check the path and its rights")
    else:
        yield from _search(path) if os.path.isdir(path) else (path,)  # noqa: PTH112 - never raises


def _search(folder: Path) -> Iterator[Path | Problem]:
    unreadable: list[OSError] = []
    files = sorted(_walk(folder, unreadable))
    yield from files
    for error in unreadable:
        yield _problem(
            Path(error.filename), f"cannot be read: {_reason(error)}", "make it readable"
        )
    if not files and not unreadable:
        remedy = "name a folder with *.yaml or *.yml files; an empty one never means empty trees"
        yield _problem(folder, "holds no manifest", remedy)


def _walk(folder: Path, unreadable: list[OSError]) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield Path(parent, name)


def _identity(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        # A symlink that leads to itself: reading it says so.
        return path


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _problem(path: Path, message: str, remedy: str) -> Problem:
    return Problem(Position(str(path), 1, 1), "", message, remedy)
