"""Records to be written: one of each kind, about one domain."""

from functools import cache

from reconcile.journal.records import (
    Answered,
    Direction,
    DomainRecord,
    Ended,
    Intent,
    Planned,
    Settled,
)
from reconcile.model.domain import DomainState
from reconcile.model.identity import DomainId, HostId
from reconcile.model.outcome import Status, StepState
from reconcile.model.plan import Step
from reconcile.model.snapshot import DiskKind
from reconcile.recovery.call_context import Baseline
from tests.harness.identity import web
from tests.simulation.cases import cases

DOMAIN = DomainId(
    HostId("qemu/system@kvm1", "qemu:///system", "4deac5a1-0000-4000-8000-000000000000"),
    web().uuid,
    web().name,
)
SEEN = Baseline(
    (("vda", "/images/ä.qcow2"), ("hda", None)), 3, (("/images/ä.qcow2", 7),), ("/images/ä.1",)
)
INTENT = Intent(DOMAIN, 0, Direction.DO, SEEN, "<domainsnapshot/>")
DONE = Ended(DOMAIN, 0, Direction.DO, StepState.DONE, 1)
SETTLED = Settled(DOMAIN, Status.ROLLED_BACK, ("done",))
FOLLOWING: tuple[DomainRecord, ...] = (
    INTENT,
    DONE,
    Answered(DOMAIN, 0, Direction.DO),
    Intent(DOMAIN, 0, Direction.UNDO),
    Ended(DOMAIN, 0, Direction.UNDO, StepState.UNDONE, 0, ("why",)),
    SETTLED,
)


@cache
def planned(domain: DomainId = DOMAIN) -> list[Planned]:
    """A record for each kind of plan."""
    found = cases((None, 0, 0), DiskKind.EXTERNAL, DomainState.SHUTOFF)
    return [
        Planned(
            domain,
            case.host,
            case.plan.desired,
            case.plan.observed,
            tuple(Step(s.action, s.reason, inverse=s.inverse) for s in case.plan.steps),
            case.plan.expected,
        )
        for case in found
    ]
