"""The git commit that a manifest comes from: a mark names it, so that a host tells its origin.

Git's own files are read here by hand, and no program is started: git obeys the configuration of
the repository that it looks at, which may name programs (core.fsmonitor, filters, hooks,
transports of a partial clone), and anybody who can write a manifest may write that configuration.
HEAD, refs, packed-refs and the files that lead to them are older than git 1.0 and a line each
(gitrepository-layout(5)). A repository whose refs are kept in another way (reftable) has no
revision here; an explicit one can be given.

Where they say nothing, the commit that a CI job was started for is taken, for manifests below the
folder that the job says to be its checkout. A commit says nothing about edits that are not
committed.
"""

import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from reconcile.errors import RevisionError
from reconcile.files.regular_file import NotRegularError, read_regular
from reconcile.model.desired import DesiredTree

_COMMIT = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")  # SHA-1, or SHA-256 since git 2.29
_EXPLICIT = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/+-]{0,127}\Z")
_CI = (("GITHUB_SHA", "GITHUB_WORKSPACE"), ("CI_COMMIT_SHA", "CI_PROJECT_DIR"))
"""The variables of GitHub and GitLab for the commit of a job, and for the folder it lies in."""
_GIT_DIR, _SYMBOLIC = b"gitdir:", b"ref:"
_LINE_LIMIT = 4096
_PACKED_LIMIT = 64 * 1024 * 1024
_SYMBOLIC_LIMIT = 5  # git's own SYMREF_MAXDEPTH


@dataclass(frozen=True, slots=True)
class _Repository:
    """Where git keeps its files: `own` those of one work tree, `common` those of all."""

    own: Path
    common: Path


def with_revisions(
    trees: Iterable[DesiredTree], explicit: str | None = None
) -> tuple[DesiredTree, ...]:
    """The trees with the commit of each one's manifest, or with the revision that was given.

    Raises RevisionError for a given revision that is no plain word.
    """
    if explicit is not None and not _EXPLICIT.match(explicit):
        raise RevisionError
    known: dict[Path, str | None] = {}
    found: list[DesiredTree] = []
    for tree in trees:
        folder = Path(tree.position.file).parent
        if explicit is None and folder not in known:
            known[folder] = commit_of(folder) or _of_job(folder, os.environ)
        found.append(replace(tree, revision=explicit or known[folder]))
    return tuple(found)


def _of_job(folder: Path, environ: Mapping[str, str]) -> str | None:
    """The commit of the CI job whose checkout a folder lies in."""
    for commit, checkout in _CI:
        found, root = environ.get(commit, ""), environ.get(checkout, "")
        if root and _COMMIT.match(os.fsencode(found)) and _within(folder, root):
            return found
    return None


def _within(folder: Path, root: str) -> bool:
    return Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(root))


def commit_of(folder: Path) -> str | None:
    """The full commit that is checked out in the work tree of a folder; None where it is unknown.

    The nearest `.git` above the folder counts; a folder that is laid out as a repository without
    a work tree does not.
    """
    repository = _find(folder)
    commit = _resolve(repository) if repository else None
    return commit.decode() if commit else None


def _find(folder: Path) -> _Repository | None:
    try:
        real = folder.resolve()
    except (OSError, RuntimeError, ValueError):  # a circle of links, a NUL
        return None
    for parent in (real, *real.parents):
        mode = _mode(parent / ".git")
        if stat.S_ISDIR(mode):
            return _Repository(parent / ".git", parent / ".git")
        if mode:
            return _linked(parent)
    return None


def _mode(path: Path) -> int:
    """The file type and mode of what lies at a path, links not followed; 0 for nothing."""
    try:
        return path.lstat().st_mode
    except OSError:
        return 0


def _linked(folder: Path) -> _Repository | None:
    """What the `.git` file of a linked work tree or a submodule leads to."""
    line = _line(folder / ".git")
    if line is None or not line.startswith(_GIT_DIR):
        return None
    own = folder / _path(line.removeprefix(_GIT_DIR))
    common = _line(own / "commondir")
    return _Repository(own, own if common is None else own / _path(common))


def _resolve(repository: _Repository) -> bytes | None:
    """What HEAD names, through refs that name others."""
    line = _line(repository.own / "HEAD")
    for _ in range(_SYMBOLIC_LIMIT):
        if line is None or not line.startswith(_SYMBOLIC):
            break
        name = _path(line.removeprefix(_SYMBOLIC))
        if not name.startswith("refs/") or ".." in PurePosixPath(name).parts:
            return None
        line = _ref(repository, name)
    return line if line is not None and _COMMIT.match(line) else None


def _ref(repository: _Repository, name: str) -> bytes | None:
    for folder in (repository.own, repository.common):
        line = _line(folder / name)
        if line is not None:
            return line
    return _packed(repository, name)


def _packed(repository: _Repository, name: str) -> bytes | None:
    content = _content(repository.common / "packed-refs", _PACKED_LIMIT) or b""
    found = re.search(
        rb"^([0-9a-f]+) " + re.escape(os.fsencode(name)) + rb"$", content, re.MULTILINE
    )
    return found[1] if found else None


def _path(name: bytes) -> str:
    return os.fsdecode(name.strip())


def _line(path: Path) -> bytes | None:
    """The only line of a small file; None where there is none."""
    content = _content(path, _LINE_LIMIT)
    return None if content is None else content.rstrip(b"\r\n")


def _content(path: Path, limit: int) -> bytes | None:
    try:
        return read_regular(path, limit)
    except (OSError, ValueError, NotRegularError):
        return None
