"""Two hashes: what a plan was made for (fingerprint), and what it would do (digest)."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.desired import Capture
from reconcile.model.domain import Disk, Domain
from reconcile.model.host import Dump
from reconcile.model.plan import DomainPlan
from reconcile.model.snapshot import Mark, Memory, Snapshot, SnapshotDisk

COVERED: Mapping[type, tuple[str, ...]] = {
    Create: (
        *("snapshot", "parent", "state", "memory", "disks", "description", "mark", "capture"),
    ),
    Redefine: (
        *("snapshot", "parent", "description", "mark", "current", "copy_of", "file", "dump"),
    ),
    Delete: ("snapshot", "metadata_only"),
    Revert: ("snapshot", "run_state", "force", "reset_nvram"),
    Memory: ("kind", "file"),
    SnapshotDisk: ("target", "kind", "file", "driver"),
    Mark: ("snapshot", "digest", "revision", "protect", "labels"),
    Capture: ("when", "quiesce", "live", "halt", "reuse_files", "metadata", "atomic"),
    Dump: ("snapshot", "domain"),
    Snapshot: (
        *("name", "parent", "state", "memory", "disks", "description", "created", "mark", "base"),
        *("formats", "revert_disks", "delete_in_progress", "has_domain"),
    ),
}
"""What the digest covers, by class. Saved plans hold digests: a name that is added here where it
has its default must not change one.
"""


def fingerprint(domain: Domain) -> str:
    """A hash that changes whenever anything changes that a plan for this domain could depend on.

    The guest agent is left out, which comes and goes with every boot: apply plans again anyway.
    """
    parts = [
        domain.name,
        domain.uuid,
        domain.state,
        domain.persistent,
        domain.managed_save,
        domain.checkpoints,
        domain.block_jobs,
        [_domain_disk(disk, domain) for disk in domain.disks],
        domain.firmware and [domain.firmware.nvram, domain.firmware.nvram_format],
        domain.tree.current,
        [_snapshot(domain.tree[name]) for name in sorted(domain.tree.snapshots)],
    ]
    return _hash(parts)


def digest(domains: Iterable[DomainPlan]) -> str:
    """A hash of what a review approves: domains, actions and refusals, not how the host looked."""
    return _hash([_domain(each) for each in domains])


def _domain(plan: DomainPlan) -> list[object]:
    steps = [[_action(s.action), [str(h) for h in s.hazards]] for s in plan.steps]
    refusals = [[refusal.code, refusal.snapshot] for refusal in plan.refusals]
    return [plan.id.host.uri, plan.observed.name, plan.observed.uuid, steps, refusals]


def _action(action: Action) -> list[object]:
    fields = {name: _plain(getattr(action, name)) for name in COVERED[type(action)]}
    mark = fields.get("mark")
    if isinstance(mark, dict):  # the commit that a merge makes is not what a review approved
        del mark["revision"]
    return [action.kind, fields]


def _plain(value: object) -> object:
    names = COVERED.get(type(value))
    if names is not None:
        return {name: _plain(getattr(value, name)) for name in names}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _domain_disk(disk: Disk, domain: Domain) -> list[object]:
    """The chain counts where libvirt tells it: of an active domain."""
    what = [disk.source, disk.format, disk.device, disk.readonly, disk.shareable, disk.default]
    return [disk.target, disk.path, *what, disk.backing if domain.active else ()]


def _snapshot(snapshot: Snapshot) -> list[object]:
    mark = snapshot.mark
    return [
        snapshot.name,
        snapshot.parent,
        snapshot.state,
        snapshot.memory.kind,
        snapshot.memory.file,
        snapshot.description,
        snapshot.created,
        sorted(_disk(disk) for disk in snapshot.disks),
        sorted(_disk(disk) for disk in snapshot.revert_disks),
        sorted(snapshot.base),
        snapshot.delete_in_progress,
        snapshot.has_domain,
        mark and [mark.snapshot, mark.digest, mark.protect, mark.labels],
    ]


def _disk(disk: SnapshotDisk) -> list[str | None]:
    return [disk.target, disk.kind, disk.file]


def _hash(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
