"""Manifest files found and read. What lies in a folder may have been written by anybody.

So only regular files are read, a bounded part of each, and no link is followed out of the folder
that was named: it could lead to any file that the user who runs this may read.
"""

import errno
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import Problem
from reconcile.files.regular_file import NotRegularError, read_regular
from reconcile.model.desired import Position

SIZE_LIMIT = 16 * 1024 * 1024
SUFFIXES = (".yaml", ".yml")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
STANDARD_INPUT = Path("-")
HOSTS_FILE = "reconcile.hosts.yaml"
"""Beside manifests, this name is a hosts file's, which is no manifest."""

_VERSION = re.compile(r"""apiVersion["']?[ \t]*:[ \t]*["']?reconcile/""")


@dataclass(frozen=True, slots=True)
class Source:
    """The path of a manifest file and the text that was read from it."""

    path: Path
    text: str

    @property
    def says_version(self) -> bool:
        """Whether the file says `apiVersion: reconcile/…`, so that its content may be shown."""
        return _VERSION.search(self.text) is not None


def find(paths: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[Problem, ...]]:
    """The manifest files that these paths name or hold, in order, each once, and their problems."""
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
    """The text of a manifest file, or the problem that keeps it from being read."""
    try:
        content = _content(path)
    except NotRegularError as error:
        return _problem(path, str(error), "leave it out, or write `-` to read standard input")
    except (OSError, ValueError) as error:
        return _problem(path, f"cannot be read: {_reason(error)}", "make it readable")
    if len(content) > SIZE_LIMIT:
        return _problem(path, "is larger than 16 MiB", "split it: one file per domain is enough")
    return _decode(path, content)


def _content(path: Path) -> bytes:
    """One byte more than the limit, if there is as much."""
    if path == STANDARD_INPUT:
        if sys.stdin is None:  # closed before Python began
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return sys.stdin.buffer.read(SIZE_LIMIT + 1)
    path.stat()  # says what is wrong with a link better than its target's name would
    # by its own name where it is no link: a folder above this one may be closed to the user
    return read_regular(_real(path) if path.is_symlink() else path, SIZE_LIMIT + 1)


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
    if path == STANDARD_INPUT:
        yield path
        return
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        yield _problem(path, "does not exist", "check the path; a missing file never means empty")
    except (OSError, ValueError) as error:
        yield _problem(path, f"cannot be read: {_reason(error)}", "check the path and its rights")
    else:
        yield from _named(path)


def _named(path: Path) -> Iterator[Path | Problem]:
    if path.name == HOSTS_FILE:
        remedy = "name the manifests, or their folder; --hosts names a hosts file"
        yield _problem(path, "is a hosts file by its name, not a manifest", remedy)
    elif _leads_out(path, path.parent):
        yield _leading_out(path, "its folder")
    elif os.path.isdir(path):  # noqa: PTH112 - never raises
        yield from _search(path)
    else:
        yield path


def _search(folder: Path) -> Iterator[Path | Problem]:
    unreadable: list[OSError] = []
    files = sorted(_walk(folder, unreadable))
    for file in files:
        yield _leading_out(file, str(folder)) if _leads_out(file, folder) else file
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
            if name.endswith(SUFFIXES) and not name.startswith(".") and name != HOSTS_FILE:
                yield Path(parent, name)


def _leads_out(path: Path, folder: Path) -> bool:
    """Whether a path is a link to something that is not below a folder."""
    return path.is_symlink() and not _real(path).is_relative_to(_real(folder))


def _leading_out(path: Path, folder: str) -> Problem:
    message = f"is a link that leads out of {folder}"
    return _problem(path, message, "name what it leads to, or put the file there")


def _identity(path: Path) -> Path:
    return path if path == STANDARD_INPUT else _real(path)


def _real(path: Path) -> Path:
    """The path without links, as far as they lead anywhere."""
    return Path(os.path.realpath(path))


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _problem(path: Path, message: str, remedy: str) -> Problem:
    return Problem(Position(str(path), 1, 1), "", message, remedy)
