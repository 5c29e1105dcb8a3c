"""What libvirt does when it is asked for what a plan refused, to see what the refusal was worth.

The host of the case is no longer needed then, so that it is its own copy.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import libvirt

from reconcile.libvirt.calls import Call, calls
from reconcile.model.action import Action, Delete, Revert
from reconcile.model.desired import DesiredSnapshot
from reconcile.model.plan import DomainPlan, Refusal
from reconcile.plan.phases.resolve import resolve
from tests.conformance.hosts.contents import Reader, is_readable, now
from tests.conformance.hosts.world import Ledger, World, look
from tests.hosts.host import Host

BY_RECONCILE: Final = frozenset(
    {
        "approval-needed",
        "protected",
        "delete-limit",
        "empties-tree",
        "parent-refused",
        "replace-children",
        "current-differs",
        "not-as-declared",
    }
)
"""Refusals of what a manifest says, or that follow from another one: there is no call to try."""
REFUSED: Final = "libvirt refuses"
HARM: Final = "harm"
HARMLESS: Final = "harmless"


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a call that a plan refused with this code."""

    code: str
    verdict: str
    words: str


def try_refused(
    plans: Sequence[DomainPlan], host: Host, world: World, reader: Reader
) -> list[Tried]:
    """Ask libvirt for the first refused call that there is; the host is of no use afterwards."""
    for plan in plans:
        for refusal in plan.refusals:
            actions = list(_actions(plan, refusal))
            if actions:
                return [_tried(refusal, actions, plan, (host, world, reader))]
    return []


def _tried(
    refusal: Refusal,
    actions: Sequence[Action],
    plan: DomainPlan,
    on: tuple[Host, World, Reader],
) -> Tried:
    host, world, reader = on
    name, pid = plan.id.name, host.daemon.pid
    words = ", ".join(f"{each.kind} {name}/{each.snapshot}" for each in actions)
    ledger = Ledger(world, reader)
    try:
        with host.domains[name].handle() as handle:
            for action in actions:
                ledger.follow(name, [action])
                _ask(handle, calls(action)[0])
    except libvirt.libvirtError as error:
        ledger = Ledger(world, reader)
        said = str(error)
        verdict = REFUSED
    else:
        said, verdict = "", HARMLESS
    alive = host.daemon.is_alive and host.daemon.pid == pid
    host.daemon.start()
    harm = [] if alive else ["libvirtd died"]
    harm += _harm(host, world, reader, ledger)
    if verdict == REFUSED and host.states()[name] != world.domains[name].state:
        harm.append("the guest's state has changed")
    verdict = HARM if harm else verdict
    return Tried(refusal.code, verdict, "; ".join([words, *([said] if said else []), *harm]))


def _harm(host: Host, before: World, reader: Reader, ledger: Ledger) -> list[str]:
    after = look(host, reader)
    return [*ledger.lost, *ledger.wrong(after.contents), *_stopped(host, before)]


def _stopped(host: Host, before: World) -> Iterator[str]:
    """Domains that could start before, as far as their images tell, and do not now."""
    for name, domain in before.domains.items():
        needed = [d.target for d in domain.disks.values() if d.place and d.policy != "optional"]
        if all(is_readable(before.contents[now(name, target)]) for target in needed):
            try:
                host.starts(name)
            except libvirt.libvirtError as error:
                yield f"{name} does not start: {error}"


def _actions(plan: DomainPlan, refusal: Refusal) -> Iterator[Action]:
    """What a tool without rules would ask for, as far as it is about the refused snapshot."""
    name = refusal.snapshot
    if name is None or refusal.code in BY_RECONCILE:
        return
    declared = {entry.name: entry for entry in plan.desired.snapshots}
    if name in declared and name not in plan.observed.tree:
        yield from _create(plan, declared[name])
    elif name in plan.desired.forget:
        yield Delete(name, metadata_only=True)
    elif name not in plan.observed.tree:
        return
    elif name not in declared:
        yield Delete(name)
    else:
        state = plan.desired.current
        wanted = state is not None and state.snapshot == name
        yield Revert(name, state.run_state) if state and wanted else Revert(name)


def _create(plan: DomainPlan, entry: DesiredSnapshot) -> Iterator[Action]:
    copied = entry.renamed_from or entry.clone_of or entry.redefine_from
    if copied or (entry.parent is not None and entry.parent not in plan.observed.tree):
        return
    if entry.parent is not None and entry.parent != plan.observed.tree.current:
        yield Revert(entry.parent)
    yield resolve(entry, plan.observed, None)


def _ask(handle: libvirt.virDomain, call: Call) -> None:
    """One plain call."""
    flags = 0
    prefixes = {
        "virDomainSnapshotCreateXML": "VIR_DOMAIN_SNAPSHOT_CREATE_",
        "virDomainSnapshotDelete": "VIR_DOMAIN_SNAPSHOT_DELETE_",
        "virDomainRevertToSnapshot": "VIR_DOMAIN_SNAPSHOT_REVERT_",
    }
    for flag in call.flags:
        flags |= getattr(libvirt, f"{prefixes[call.function.value]}{flag}")
    if call.xml is not None:
        handle.snapshotCreateXML(call.xml, flags)
        return
    snapshot = handle.snapshotLookupByName(call.snapshot)
    if call.function.value == "virDomainSnapshotDelete":
        snapshot.delete(flags)
    else:
        handle.revertToSnapshot(snapshot, flags)
