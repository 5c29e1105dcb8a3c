"""`python -m benchmarks.simulated_apply DOMAINS SNAPSHOTS FOLDER`: one apply without libvirt.

The real executor, journal and locks on simulated hosts, as `tests.simulation` has them; the state
lies in FOLDER. Ends with 0 where every domain is applied.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, cast
from unittest.mock import patch

from reconcile.fleet import apply
from reconcile.fleet.access import HostAccess
from reconcile.fleet.apply import apply_all
from reconcile.fleet.connections import Connections
from reconcile.fleet.run import Options, Run
from reconcile.journal.store import Store
from reconcile.libvirt.connection import Connection
from reconcile.model.desired import DesiredSnapshot, DesiredTree, Position
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.host import Capabilities, Host
from reconcile.model.identity import DomainId, HostId
from reconcile.model.outcome import Status
from reconcile.model.plan import DomainPlan
from reconcile.model.target import Target
from reconcile.model.tree import Tree
from reconcile.plan.planner import plan_domain
from tests.simulation.faults import Faults
from tests.simulation.guest import SimulatedDomain
from tests.simulation.world import World

HOST: Final = Host(
    HostId("qemu/system@kvm1", "qemu:///system"),
    Capabilities("QEMU", (12, 8, 0), external_revert=True),
)
MANIFEST: Final = Position("fleet.yaml", 1, 1)


class WritableDomain(SimulatedDomain):
    """A simulated domain over a connection that may change it."""

    def require_write(self) -> None:
        """Nothing objects."""


def main() -> int:
    """Apply to all domains; 0 if all of them are applied."""
    domains, snapshots, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    plans = [_plan(number, snapshots) for number in range(domains)]
    worlds = {plan.id.uuid: World(plan.observed, HOST.capabilities) for plan in plans}
    with (
        patch.object(apply, "LibvirtDomain", _opener(worlds)),
        patch.object(apply, "left_over", _left(worlds)),
        Run(Store(folder), lambda _: None, Options()) as run,
    ):
        outcomes = apply_all(plans, NoConnections(HostAccess()), run)
    return 0 if all(each.status is Status.APPLIED for each in outcomes) else 1


def _plan(number: int, snapshots: int) -> DomainPlan:
    """A chain of internal snapshots for a domain without any, off."""
    disk = Disk("vda", f"/images/vm{number}.qcow2")
    uuid = f"00000000-0000-4000-8000-{number:012d}"
    observed = Domain(f"vm{number}", uuid, DomainState.SHUTOFF, (disk,), Tree.of(()))
    names = [f"s{each}" for each in range(snapshots)]
    entries = (
        DesiredSnapshot(name, parent, MANIFEST)
        for name, parent in zip(names, [None, *names], strict=False)
    )
    return plan_domain(DesiredTree(("vm*",), MANIFEST, snapshots=tuple(entries)), observed, HOST)


class NoConnections(Connections):
    """None is ever used: every call goes to the simulated domain."""

    def of(self, host: HostId) -> Connection:  # noqa: ARG002 - as what it replaces
        """None."""
        return cast("Connection", None)


def _opener(worlds: dict[str, World]) -> Callable[..., WritableDomain]:
    def opened(_host: object, domain: DomainId, *_: object) -> WritableDomain:
        return WritableDomain(worlds[domain.uuid], Faults())

    return opened


def _left(worlds: dict[str, World]) -> Callable[..., tuple[str, ...]]:
    def left(target: Target, *_: object) -> tuple[str, ...]:
        again = plan_domain(target.desired, worlds[target.id.uuid].domain, HOST)
        return tuple(str(step.action) for step in again.steps)

    return left


if __name__ == "__main__":
    sys.exit(main())
