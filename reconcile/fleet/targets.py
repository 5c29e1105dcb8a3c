"""The domains of a run: manifests matched with the domains of hosts over open connections."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reconcile.errors import HostError, HostsError, ManifestError
from reconcile.fleet.access import HostAccess
from reconcile.fleet.connections import Connections
from reconcile.fleet.moved_dumps import Moves
from reconcile.hosts_file.placement import place
from reconcile.libvirt.connection import Connection
from reconcile.manifest.assignment import assign
from reconcile.manifest.domain_filter import may_match, require_matches, selected
from reconcile.manifest.load import load
from reconcile.manifest.revision import with_revisions
from reconcile.model.desired import DesiredTree
from reconcile.model.hazard import Hazard
from reconcile.model.hosts import DeclaredHost
from reconcile.model.target import Target


@dataclass(frozen=True, slots=True)
class Selection:
    """What the command line adds to the manifests: which domains, and what it approves.

    `revision` is the commit that marks are to name; None: the one of each manifest's repository.
    `moves` brings full dumps to where files lie on this host, and to the UUID of its domain.
    """

    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    allow: frozenset[Hazard] = frozenset()
    allow_paths: tuple[str, ...] = ()
    revision: str | None = None
    moves: Moves | None = None


@contextmanager
def found_targets(
    paths: Sequence[Path], access: HostAccess, selection: Selection, *, readonly: bool
) -> Iterator[tuple[tuple[Target, ...], Connections]]:
    """The selected domains of these manifests, over open connections; a context.

    What is not selected, by its domain or its host, is never connected to.
    Raises ManifestError, HostError, HostsError, UsageError.
    """
    loaded = tuple(load(paths))
    asked = (tree for tree in loaded if _may_be_selected(tree, selection))
    trees = with_revisions(tuple(asked), selection.revision)
    reached = access.beside(paths)
    placed = place(trees, reached.choice)
    with Connections(reached) as connections:
        hosts = _opened(connections, {each.host for each in placed}, readonly=readonly)
        found = _assigned([(each.tree, hosts[each.host]) for each in placed])
        declared = {name for tree in loaded for name in tree.domains}
        require_matches(selection.targets, [target.id.name for target in found], declared)
        left = (target for target in found if _selected(target, selection))
        yield tuple(_approved(target, selection) for target in left), connections


def _opened(
    connections: Connections, declared: Iterable[DeclaredHost], *, readonly: bool
) -> dict[DeclaredHost, Connection]:
    """Every host is tried, so that all that is wrong is said in one run."""
    opened: dict[DeclaredHost, Connection] = {}
    errors: list[HostError] = []
    for host in sorted(declared, key=lambda host: host.uri or ""):
        try:
            opened[host] = connections.open(host, readonly=readonly)
        except HostError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else HostsError(tuple(errors))
    return opened


def _assigned(trees: Iterable[tuple[DesiredTree, Connection]]) -> list[Target]:
    """The domains of every tree; problems of all hosts together, as of all files.

    Trees of one host are matched together, by whatever URI each of them reaches it.
    """
    by_host: dict[Connection, list[DesiredTree]] = {}
    for tree, host in trees:
        by_host.setdefault(host, []).append(tree)
    assigned = [assign(some, host.domains(), host.uri) for host, some in by_host.items()]
    problems = tuple(problem for each in assigned for problem in each.problems)
    if problems:
        raise ManifestError(problems)
    return [target for each in assigned for target in each.targets]


def _may_be_selected(tree: DesiredTree, selection: Selection) -> bool:
    """Whether any domain of a tree can be selected: no host is connected to for the others."""
    return any(may_match(each, selection.targets, selection.excludes) for each in tree.domains)


def _selected(target: Target, selection: Selection) -> bool:
    return selected(target.id.name, selection.targets, selection.excludes)


def _approved(target: Target, selection: Selection) -> Target:
    """What was approved on the command line becomes part of what is planned."""
    desired = replace(
        target.desired,
        allow=target.desired.allow | selection.allow,
        allow_paths=selection.allow_paths,
    )
    moves = selection.moves
    return replace(target, desired=desired if moves is None else moves.tree(desired))
