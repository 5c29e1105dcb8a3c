"""Which domains a run is about: manifests matched with hosts, connections held open."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reconcile.errors import HostError, HostsError, ManifestError, Problem
from reconcile.libvirt.connection import Connection
from reconcile.manifest.assignment import Assignment, assign
from reconcile.manifest.domain_filter import require_matches, selected
from reconcile.manifest.load import load
from reconcile.manifest.revision import with_revisions
from reconcile.model.desired import DesiredTree
from reconcile.model.hazard import Hazard
from reconcile.model.identity import DomainId, HostId


@dataclass(frozen=True, slots=True)
class Selection:
    """What the command line adds to the manifests: which domains, and what it approves."""

    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    allow: frozenset[Hazard] = frozenset()
    allow_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """One domain to plan: its tree, and the connection it is reached by."""

    host: Connection
    id: DomainId
    desired: DesiredTree


@contextmanager
def jobs(
    paths: Sequence[Path], uri: str | None, selection: Selection, *, readonly: bool
) -> Iterator[tuple[Target, ...]]:
    """The selected domains of these manifests, with open connections for as long as it lasts."""
    trees = with_revisions(load(paths))
    with ExitStack() as stack:
        hosts = _connect(stack, {tree.connect or uri for tree in trees}, readonly=readonly)
        found = _assigned([(tree, hosts[tree.connect or uri]) for tree in trees])
        require_matches(selection.targets, [job.id.name for job in found])
        yield tuple(_approved(job, selection) for job in found if _selected(job, selection))


def _connect(
    stack: ExitStack, uris: Iterable[str | None], *, readonly: bool
) -> dict[str | None, Connection]:
    """Every host is tried, so that all that is wrong is said in one run."""
    opened: dict[str | None, Connection] = {}
    errors: list[HostError] = []
    for uri in sorted(uris, key=lambda uri: uri or ""):
        try:
            opened[uri] = stack.enter_context(Connection(uri, readonly=readonly))
        except HostError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else HostsError(tuple(errors))
    return opened


def _assigned(trees: Iterable[tuple[DesiredTree, Connection]]) -> list[Target]:
    """The domains of every tree; problems of all hosts together, as of all files.

    Trees of one host are matched together, by whatever URI each of them reaches it.
    """
    by_host: dict[HostId, list[tuple[DesiredTree, Connection]]] = {}
    for tree, host in trees:
        by_host.setdefault(host.id, []).append((tree, host))
    found: list[Target] = []
    problems: list[Problem] = []
    for some in by_host.values():
        reached = {id(tree): host for tree, host in some}
        _, host = some[0]
        known = [(domain.name, domain.uuid) for domain in host.domains()]
        assigned = assign([tree for tree, _ in some], known, host.uri)
        found.extend(_job(reached[id(each.tree)], each) for each in assigned.assignments)
        problems.extend(assigned.problems)
    if problems:
        raise ManifestError(tuple(problems))
    return found


def _job(host: Connection, assignment: Assignment) -> Target:
    domain = DomainId(host.id, assignment.uuid, assignment.name)
    return Target(host, domain, assignment.tree)


def _selected(job: Target, selection: Selection) -> bool:
    return selected(job.id.name, selection.targets, selection.excludes)


def _approved(job: Target, selection: Selection) -> Target:
    """What was approved on the command line becomes part of what is planned."""
    desired = replace(
        job.desired,
        allow=job.desired.allow | selection.allow,
        allow_paths=selection.allow_paths,
    )
    return replace(job, desired=desired)
