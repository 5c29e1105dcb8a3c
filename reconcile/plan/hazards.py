"""The hazards of an action on a domain (design §5)."""

from typing import assert_never

from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.domain import Domain
from reconcile.model.hazard import Hazard
from reconcile.model.plan import Reason
from reconcile.model.snapshot import DiskKind, Snapshot


def hazards(action: Action, reason: Reason, before: Domain, after: Domain) -> tuple[Hazard, ...]:
    """The hazards of an action that turns `before` into `after`, in order of the closed list."""
    found = set(_of(action, before))
    if reason is Reason.REPLACED:
        found.add(Hazard.REPLACES_SNAPSHOT)
    if reason is Reason.RENAMED:  # the metadata lives on under the new name
        found -= {Hazard.DROPS_METADATA, Hazard.DELETES_UNOWNED, Hazard.MOVES_POINTER_ONLY}
    if reason is Reason.LOST:  # nothing moves: there was no pointer
        found.discard(Hazard.MOVES_POINTER_ONLY)
    if [disk.path for disk in before.disks] != [disk.path for disk in after.disks]:
        found.add(Hazard.CHANGES_DISK_PATH)
    if before.state is not after.state:
        found.add(Hazard.CHANGES_RUN_STATE)
    return tuple(hazard for hazard in Hazard if hazard in found)


def _of(action: Action, before: Domain) -> list[Hazard]:
    match action:
        case Create():
            return []
        case Redefine():
            return [Hazard.MOVES_POINTER_ONLY] if action.current else []
        case Delete():
            return _delete(action, before.tree[action.snapshot])
        case Revert():
            forced = [Hazard.FORCES_REVERT] if action.force else []
            return [Hazard.DISCARDS_GUEST_STATE, *forced]
    assert_never(action)


def _delete(action: Delete, gone: Snapshot) -> list[Hazard]:
    foreign = [] if gone.owned else [Hazard.DELETES_UNOWNED]
    if action.metadata_only:
        return [Hazard.DROPS_METADATA, *foreign]
    merged = any(disk.kind is DiskKind.EXTERNAL for disk in gone.disks)
    return [Hazard.DELETES_DATA, *([Hazard.MERGES_DISKS] if merged else []), *foreign]
