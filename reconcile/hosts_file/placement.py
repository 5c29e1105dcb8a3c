"""Decides for which hosts each tree is: by manifests, hosts file and command line. Pure.

Nothing is connected to here, so that whatever is refused here is never connected to.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reconcile.errors import (
    ManifestError,
    NoHostsFileError,
    Problem,
    UnlistedHostError,
    UnmatchedHostsError,
)
from reconcile.manifest.messages import suggest
from reconcile.manifest.nodes import quoted
from reconcile.model.desired import DesiredTree
from reconcile.model.hosts import DeclaredHost, HostsFile

_ONE_SLASH = re.compile(r"\A([A-Za-z0-9+.-]+):/(?!/)")


@dataclass(frozen=True, slots=True)
class HostChoice:
    """What a run may connect to: `connect` is what --connect says, and `on` what --on says."""

    hosts: HostsFile | None = None
    connect: str | None = None
    on: tuple[str, ...] = ()

    @property
    def bound(self) -> DeclaredHost | None:
        """The one host that --connect binds the run to.

        Raises UnlistedHostError where a trusted hosts file does not list it.
        """
        if self.connect is None or self.hosts is None:
            return None if self.connect is None else DeclaredHost(self.connect)
        found = self.hosts.hosts.get(self.connect) or self.hosts.of_uri(self.connect)
        if found is None and self.hosts.trusted:
            raise UnlistedHostError(self.hosts.file)
        return found or DeclaredHost(self.connect)


@dataclass(frozen=True, slots=True)
class PlacedTree:
    """A tree for one host, with its files where they are there."""

    tree: DesiredTree
    host: DeclaredHost


def place(trees: Sequence[DesiredTree], choice: HostChoice) -> tuple[PlacedTree, ...]:
    """Every tree once for each host that it is for and --on leaves in, in the order of trees.

    Raises ManifestError where a manifest names no host of the hosts file or another one than
    --connect, and UsageError where --connect or --on names none.
    """
    if choice.on and choice.hosts is None:
        raise NoHostsFileError
    bound = choice.bound
    placed: list[PlacedTree] = []
    problems: list[Problem] = []
    for tree in trees:
        hosts = _hosts(tree, choice.hosts, bound)
        if isinstance(hosts, Problem):
            problems.append(hosts)
        else:
            placed += (_placed(tree, host) for host in hosts)
    if problems:
        raise ManifestError(tuple(problems))
    return tuple(_selected(placed, choice))


def _placed(tree: DesiredTree, host: DeclaredHost) -> PlacedTree:
    connect = tree.connect if host.name is None else host.name
    return PlacedTree(host.tree(replace(tree, connect=connect)), host)


def _hosts(
    tree: DesiredTree, file: HostsFile | None, bound: DeclaredHost | None
) -> tuple[DeclaredHost, ...] | Problem:
    if tree.connect is None:
        return _undeclared(tree, file, bound)
    named = (DeclaredHost(tree.connect),) if file is None else file.named(tree.connect)
    if file is not None and not named:
        return _unlisted(tree, tree.connect, file)
    if bound is None:
        return named
    same = tuple(each for each in named if _plain(each.uri) == _plain(bound.uri))
    return same[:1] or _elsewhere(tree)


def _undeclared(
    tree: DesiredTree, file: HostsFile | None, bound: DeclaredHost | None
) -> tuple[DeclaredHost, ...] | Problem:
    if bound is not None:
        return (bound,)
    if file is None:
        return (DeclaredHost(None),)
    message = f"says no host, and {file.file} says which there are"
    remedy = "add `connect: NAME`, the name of a host or group there, or name one by --connect"
    return Problem(tree.position, "connect", message, remedy)


def _unlisted(tree: DesiredTree, connect: str, file: HostsFile) -> Problem:
    message = f"{quoted(connect)} is no host or group of {file.file}"
    known = file.of_uri(connect)
    meant = suggest(connect, (*file.hosts, *file.groups))
    remedy = "name a host or group of that file"
    if known is not None:
        remedy = f"write {quoted(known.name or '')}, its name there"
    elif meant is not None:
        remedy = f"did you mean {quoted(meant)}?"
    return Problem(tree.position, "connect", message, remedy)


def _elsewhere(tree: DesiredTree) -> Problem:
    message = f"names {quoted(tree.connect or '')}, but --connect binds this run to another host"
    remedy = "leave --connect out, or give only manifests of that host"
    return Problem(tree.position, "connect", message, remedy)


def _plain(uri: str | None) -> str | None:
    """Both spellings of a URI without a server as one: `qemu:/system`, `qemu:///system`."""
    return None if uri is None else _ONE_SLASH.sub(r"\1:///", uri)


def _selected(placed: Collection[PlacedTree], choice: HostChoice) -> Iterable[PlacedTree]:
    if not choice.on or choice.hosts is None:
        return placed
    wanted: set[str] = set()
    for glob in choice.on:
        found = choice.hosts.matching(glob)
        if not any(each.host.name in found for each in placed):
            raise UnmatchedHostsError(quoted(glob), choice.hosts.file)
        wanted |= found
    return _of(placed, wanted)


def _of(placed: Iterable[PlacedTree], names: Collection[str]) -> Iterator[PlacedTree]:
    return (each for each in placed if each.host.name in names)
