"""From manifests to plans over live connections: the upper half of the drawing, with its I/O."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reconcile.errors import HostError, HostsError, ManifestError, Problem
from reconcile.host.connection import Connection, DomainRef
from reconcile.manifest.load import load
from reconcile.manifest.revision import revision_of
from reconcile.manifest.select import Assignment, assign, require_matches, selected
from reconcile.model.desired import DesiredTree
from reconcile.model.hazard import Hazard
from reconcile.model.host import Files, Host
from reconcile.model.plan import DomainPlan
from reconcile.observe.domain import observe_domain
from reconcile.observe.dumps import observe_dumps
from reconcile.observe.files import (
    DiskUse,
    foreign,
    observe_disks,
    observe_existence,
    observe_users,
)
from reconcile.observe.images import observe_tags, with_chains
from reconcile.plan.evidence import wanted
from reconcile.plan.files import written
from reconcile.plan.planner import plan_domain


@dataclass(frozen=True, slots=True)
class Selection:
    """What the command line adds to the manifests: which domains, and what it approves."""

    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    allow: frozenset[Hazard] = frozenset()
    allow_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One domain to plan: its tree, and the connection it is reached by."""

    host: Connection
    ref: DomainRef
    desired: DesiredTree


@contextmanager
def jobs(
    paths: Sequence[Path], uri: str | None, selection: Selection, *, readonly: bool
) -> Iterator[tuple[Job, ...]]:
    """The selected domains of these manifests, with open connections for as long as it lasts."""
    trees = load(paths)
    with ExitStack() as stack:
        hosts = _connect(stack, {tree.connect or uri for tree in trees}, readonly=readonly)
        by_host: dict[str, list[DesiredTree]] = {}
        for tree in trees:
            by_host.setdefault(hosts[tree.connect or uri].uri, []).append(tree)
        named = {host.uri: host for host in hosts.values()}
        found = _assigned({named[key]: some for key, some in by_host.items()})
        require_matches(selection.targets, [job.ref.name for job in found])
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


def _assigned(trees: Mapping[Connection, Sequence[DesiredTree]]) -> list[Job]:
    """The domains of every tree; problems of all hosts together, as of all files."""
    found: list[Job] = []
    problems: list[Problem] = []
    for host, some in trees.items():
        assigned = assign(some, [(ref.name, ref.uuid) for ref in host.domains()], host.uri)
        found.extend(_job(host, each) for each in assigned.assignments)
        problems.extend(assigned.problems)
    if problems:
        raise ManifestError(tuple(problems))
    return found


def _job(host: Connection, assignment: Assignment) -> Job:
    return Job(host, DomainRef(assignment.name, assignment.uuid), assignment.tree)


def _selected(job: Job, selection: Selection) -> bool:
    return selected(job.ref.name, selection.targets, selection.excludes)


def _approved(job: Job, selection: Selection) -> Job:
    """What was approved on the command line, and the commit, become part of what is planned."""
    desired = replace(
        job.desired,
        revision=revision_of(job.desired.position.file),
        allow=job.desired.allow | selection.allow,
        allow_paths=selection.allow_paths,
    )
    return replace(job, desired=desired)


class Surroundings:
    """What the other domains of the hosts use, looked up once for all jobs of one planning."""

    def __init__(self) -> None:
        self._users: dict[str, Mapping[str, str]] = {}
        self._disks: dict[str, tuple[DiskUse, ...]] = {}

    def users(self, host: Connection) -> Mapping[str, str]:
        """Every file that anything on the host names, and who does."""
        if host.uri not in self._users:
            self._users[host.uri] = observe_users(host)
        return self._users[host.uri]

    def foreign(self, job: Job) -> Mapping[str, str]:
        """Every file that a disk of another domain lies on."""
        if job.host.uri not in self._disks:
            self._disks[job.host.uri] = observe_disks(job.host)
        return foreign(self._disks[job.host.uri], job.ref)


def plan_jobs(found: Iterable[Job]) -> Iterator[DomainPlan]:
    """The plans of several domains, in order."""
    around = Surroundings()
    return (plan_job(job, around) for job in found)


def plan_job(job: Job, around: Surroundings | None = None) -> DomainPlan:
    """Observe one domain and plan it; twice where the plan relies on files or writes some.

    Which files those are only the plan can say, and what is true of them only the host.
    """
    observed = observe_domain(job.host.domain(job.ref))
    dumps = Files(dumps=observe_dumps(job.desired))
    host = Host(job.host.uri, job.host.capabilities(), dumps)
    plan = plan_domain(job.desired, observed, host)
    files = _facts(job, plan, dumps, around or Surroundings())
    if files == dumps:
        return plan
    seen = with_chains(job.host, observed) if written(plan) else observed
    return plan_domain(job.desired, seen, replace(host, files=files))


def _facts(job: Job, plan: DomainPlan, known: Files, around: Surroundings) -> Files:
    """What the plan's steps make worth looking at."""
    new, evidence = written(plan), wanted(plan)
    return replace(
        known,
        exists=observe_existence(job.host, (*new, *evidence.paths)),
        used=around.users(job.host) if new else known.used,
        tags=observe_tags(job.host, evidence.images),
        foreign=around.foreign(job) if evidence.metadata else known.foreign,
    )
