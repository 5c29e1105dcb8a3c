"""Redefining: changing the few fields we own in a snapshot's metadata, and nothing else."""

from dataclasses import replace

from reconcile.model.action import Redefine
from reconcile.model.domain import Domain
from reconcile.model.plan import Refusal
from reconcile.rules.refusals import Code, or_none, refuse

LONGEST_DESCRIPTION = 64 * 1024  # bytes; libvirt does not load metadata above 1 MiB again


def redefine(domain: Domain, action: Redefine) -> Domain | Refusal:
    """The domain with the snapshot's description and mark as given.

    The parent is kept: moving an external snapshot switches off libvirt's protection of its
    branches (trap 4).
    """
    snapshot = domain.tree.get(action.snapshot)
    if snapshot is None:
        return refuse(Code.SNAPSHOT_GONE, action.snapshot)
    if not snapshot.has_domain:
        return refuse(Code.NO_EMBEDDED_DOMAIN, action.snapshot)
    if len(action.description.encode()) > LONGEST_DESCRIPTION:
        return refuse(Code.METADATA_TOO_LONG, action.snapshot)
    if action.parent != snapshot.parent:
        code = Code.REPARENT_EXTERNAL if snapshot.external else Code.REPARENT
        facts = {"observed": or_none(snapshot.parent), "desired": or_none(action.parent)}
        return refuse(code, action.snapshot, **facts)
    changed = replace(snapshot, description=action.description, mark=action.mark)
    return replace(domain, tree=domain.tree.put(changed))
