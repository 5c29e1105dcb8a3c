"""One domain's plan: observed, planned, and planned again with the facts it turned out to need."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reconcile.fleet.targets import Target
from reconcile.libvirt.connection import Connection
from reconcile.model.host import Files, Host
from reconcile.model.identity import HostId
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
from reconcile.plan.planner import plan_domain
from reconcile.plan.preconditions import wanted
from reconcile.plan.written_files import written


class Surroundings:
    """What the other domains of the hosts use, looked up once for all jobs of one planning."""

    def __init__(self) -> None:
        self._users: dict[HostId, Mapping[str, str]] = {}
        self._disks: dict[HostId, tuple[DiskUse, ...]] = {}

    def users(self, host: Connection) -> Mapping[str, str]:
        """Every file that anything on the host names, and who does."""
        if host.id not in self._users:
            self._users[host.id] = observe_users(host)
        return self._users[host.id]

    def foreign(self, job: Target) -> Mapping[str, str]:
        """Every file that a disk of another domain lies on."""
        if job.host.id not in self._disks:
            self._disks[job.host.id] = observe_disks(job.host)
        return foreign(self._disks[job.host.id], job.id)


def plan_jobs(found: Iterable[Target]) -> Iterator[DomainPlan]:
    """The plans of several domains, in order."""
    around = Surroundings()
    return (plan_job(job, around) for job in found)


def plan_job(job: Target, around: Surroundings | None = None) -> DomainPlan:
    """Observe one domain and plan it; twice where the plan relies on files or writes some.

    Which files those are only the plan can say, and what is true of them only the host.
    """
    observed = observe_domain(job.host.domain(job.id))
    dumps = Files(dumps=observe_dumps(job.desired))
    host = Host(job.id.host, job.host.capabilities(), dumps)
    plan = plan_domain(job.desired, observed, host)
    files = _facts(job, plan, dumps, around or Surroundings())
    if files == dumps:
        return plan
    seen = with_chains(job.host, observed) if written(plan) else observed
    return plan_domain(job.desired, seen, replace(host, files=files))


def _facts(job: Target, plan: DomainPlan, known: Files, around: Surroundings) -> Files:
    """What the plan's steps make worth looking at."""
    new, evidence = written(plan), wanted(plan)
    return replace(
        known,
        exists=observe_existence(job.host, (*new, *evidence.paths)),
        used=around.users(job.host) if new else known.used,
        tags=observe_tags(job.host, evidence.images),
        foreign=around.foreign(job) if evidence.metadata else known.foreign,
    )
