"""Reads a hosts file: a `HostsFile`, or one error with all problems.

One that the command line names is trusted. One found beside the manifests may have been written by
whoever wrote them: no URI in it may be one that a manifest must not have.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reconcile.errors import HostsFileError, Problem
from reconcile.hosts_file.checks import check, members
from reconcile.hosts_file.schema import types, violations
from reconcile.manifest import files, yaml_nodes
from reconcile.manifest.messages import problem_of, root_causes
from reconcile.manifest.nodes import Node, position
from reconcile.manifest.scalar_types import convert
from reconcile.model.desired import Position
from reconcile.model.frozen import FrozenMapping
from reconcile.model.hosts import DeclaredHost, HostsFile

NAME = files.HOSTS_FILE


def load(path: Path, *, trusted: bool) -> HostsFile:
    """The hosts that a hosts file lists, and its groups. Raises HostsFileError."""
    source = _found(path)
    file = str(path)
    if not source.says_version:
        message = "is no hosts file: it does not say `apiVersion: reconcile/v1`"
        raise HostsFileError((_whole(file, message, "write that in its first line"),))
    composed = yaml_nodes.compose(source.text, file)
    problems = list(composed.problems)
    if len(composed.documents) > 1:
        where = position(composed.documents[1], file)
        problems.append(Problem(where, "", "is a second document", "write one document alone"))
    if problems or not composed.documents:
        raise HostsFileError(tuple(problems) or (_whole(file, "the file is empty", "name hosts"),))
    return _checked(composed.documents[0], file, trusted=trusted)


def hosts_beside(paths: Sequence[Path]) -> HostsFile | None:
    """The hosts file beside these manifests, if there is one.

    Raises HostsFileError, also where two folders have one each: they may say different things.
    """
    found = _beside(paths)
    return None if found is None else load(found, trusted=False)


def _beside(paths: Sequence[Path]) -> Path | None:
    found: dict[str, Path] = {}
    for path in paths:
        if path != files.STANDARD_INPUT:
            folder = path if os.path.isdir(path) else path.parent  # noqa: PTH112 - never raises
            if os.path.lexists(folder / NAME):
                found.setdefault(os.path.realpath(folder), folder / NAME)
    if len(found) > 1:
        first, second, *_ = found.values()
        message = f"is another hosts file than {first}"
        raise HostsFileError((_whole(str(second), message, "name the one that counts by --hosts"),))
    return next(iter(found.values()), None)


def _found(path: Path) -> files.Source:
    if not os.path.lexists(path):
        remedy = "check the path that --hosts or RECONCILE_HOSTS gives"
        raise HostsFileError((_whole(str(path), "does not exist", remedy),))
    source = files.read(path)
    if not isinstance(source, Problem) and not _leads_out(path):
        return source
    if isinstance(source, Problem):
        raise HostsFileError((source,))
    message = "is a link that leads out of its folder"
    raise HostsFileError((_whole(str(path), message, "name what it leads to"),))


def _leads_out(path: Path) -> bool:
    real, folder = (os.path.realpath(each) for each in (path, path.parent))
    return path.is_symlink() and not Path(real).is_relative_to(folder)


def _checked(node: Node, file: str, *, trusted: bool) -> HostsFile:
    data = convert(node, types())
    problems = tuple(_problems(node, file, data, trusted=trusted))
    if problems:
        raise HostsFileError(tuple(sorted(problems, key=_order)))
    valid: Any = data  # the schema has proved the types that are read from it
    hosts = {name: _host(name, each) for name, each in valid["hosts"].items()}
    groups = {name: members(each, hosts) for name, each in valid.get("groups", {}).items()}
    return HostsFile(file, FrozenMapping(hosts), FrozenMapping(groups), trusted)


def _problems(node: Node, file: str, data: object, *, trusted: bool) -> Iterator[Problem]:
    for violation in root_causes(violations(data)):
        yield problem_of(violation, node, file)
    yield from check(node, file, data, trusted=trusted)


def _host(name: str, data: str | Mapping[str, Any]) -> DeclaredHost:
    if isinstance(data, str):
        return DeclaredHost(data, name)
    path_map = tuple(data.get("path-map", {}).items())
    return DeclaredHost(data["uri"], name, data.get("parallel"), path_map)


def _order(problem: Problem) -> tuple[int, int]:
    return problem.position.line, problem.position.column


def _whole(file: str, message: str, remedy: str) -> Problem:
    return Problem(Position(file, 1, 1), "", message, remedy)
