"""Reverts: what becomes of the guest, the disks and the metadata, and when they are refused.

libvirt stops the guest before it checks most of what can fail (trap 9), so everything that can be
known is checked here first.
"""

from collections.abc import Iterator
from dataclasses import replace

from reconcile.model.action import Revert
from reconcile.model.desired import RunState
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.file_effects import FileEffects
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import (
    DataState,
    DiskKind,
    MemoryKind,
    Snapshot,
    SnapshotDisk,
    SnapshotState,
)
from reconcile.model.source import Source
from reconcile.rules import checks, disk_features, files, names, versions
from reconcile.rules.branch import branch
from reconcile.rules.refusals import Code, refuse

_STATES = {SnapshotState.RUNNING: DomainState.RUNNING, SnapshotState.PAUSED: DomainState.PAUSED}


def revert(domain: Domain, action: Revert, host: Capabilities) -> Domain | Refusal:
    """The domain after the revert, or the first rule that forbids it."""
    target = domain.tree.get(action.snapshot)
    if target is None:
        return refuse(Code.SNAPSHOT_GONE, action.snapshot)
    objections = (
        _ready(domain, target, action),
        disk_features.unresolved(domain, target),
        _data_refusal(domain, target),
        None if host.test_driver else checks.placed(domain, target.name, host),
        None
        if host.test_driver
        else _kind_refusal(domain, target, host)
        or (disk_features.revert_refusal(target) if target.external else None),
    )
    return checks.first(objections) or reverted(domain, action, host)


def _ready(domain: Domain, target: Snapshot, action: Revert) -> Refusal | None:
    if not target.has_domain:
        return refuse(Code.NO_EMBEDDED_DOMAIN, target.name)
    stopped = target.state not in _STATES and action.run_state is RunState.AS_CAPTURED
    if stopped and not domain.persistent:
        return refuse(Code.TRANSIENT, target.name)
    manual = next((d for d in target.disks if d.kind is DiskKind.MANUAL), None)
    return checks.first(
        (
            refuse(Code.DISK_MANUAL, target.name, target=manual.target) if manual else None,
            checks.managed_save(domain, target.name),
            checks.block_job(domain, target.name),
            checks.delete_in_progress(domain, target.name),
        )
    )


def _data_refusal(domain: Domain, target: Snapshot) -> Refusal | None:
    """Such a revert brings back other data than was taken, or stops the guest and fails.

    So 11.3.0 and 12.8.0. Of internal snapshots it is said which image has no tag.
    """
    for name in domain.tree.lineage(target.name):
        data = domain.tree[name].data
        gone = data is DataState.GONE and target.external and name == target.name
        if gone or data is DataState.OVERWRITTEN:
            names = branch(domain.tree, name)
            return refuse(Code.DATA_LOST, target.name, state=data, names=names)
        if data is DataState.DIFFERS:
            names = branch(domain.tree, name)
            return refuse(Code.DATA_DIFFERS, target.name, name=name, names=names)
    return None


def _kind_refusal(domain: Domain, target: Snapshot, host: Capabilities) -> Refusal | None:
    if target.external:
        return _external_refusal(domain, target, host)
    return _internal_refusal(domain, target, host)


def _internal_refusal(domain: Domain, target: Snapshot, host: Capabilities) -> Refusal | None:
    if target.name.isdigit():  # trap 6: an offline revert would match a qcow2 ID
        return refuse(Code.NAME_DIGITS, target.name)
    if domain.checkpoints:  # trap 19
        return checks.checkpoints(domain, target.name)
    jobs = host.libvirt >= versions.QMP_INTERNAL_JOBS and target.state in _STATES
    if jobs and not names.job_id(target.name):
        return refuse(Code.NAME_JOB_ID_REVERT, target.name)
    inside = frozenset(file for _, file in target.base)
    return _hurts(domain, target, FileEffects(written=inside))


def _external_refusal(domain: Domain, target: Snapshot, host: Capabilities) -> Refusal | None:
    current = domain.tree.get(domain.tree.current)
    if not host.external_revert:
        return refuse(Code.REVERT_EXTERNAL, target.name, version=host.version)
    if current is None:
        return refuse(Code.NO_CURRENT_REVERT, target.name)
    removed = frozenset(files.overlays(current))
    return checks.first(
        (
            _excluded(domain, target),
            _on_top(domain, target, removed, host),
            _hurts(domain, target, FileEffects(removed=removed)),
        )
    )


def _on_top(
    domain: Domain, target: Snapshot, removed: frozenset[str], host: Capabilities
) -> Refusal | None:
    """libvirt removes the overlay on which an image lies that somebody put on top by hand."""
    lying = {disk.target for disk in domain.disks if disk.disagrees and removed & {*disk.backing}}
    return checks.chains(domain, target.name, lying, host)


def _hurts(domain: Domain, target: Snapshot, touch: FileEffects) -> Refusal | None:
    found = files.hurt(domain.tree, touch)
    if found is None:
        return None
    victim, file = found
    current = domain.tree.current if target.external else None
    return refuse(Code.REVERT_HURTS, target.name, victim=victim, file=file, current=current)


def _excluded(domain: Domain, target: Snapshot) -> Refusal | None:
    """A disk that the snapshot left out is not restored; it must still be where it was."""
    for recorded in target.disks:
        disk, base = domain.disk(recorded.target), target.base_file(recorded.target)
        left_out = recorded.kind is DiskKind.NONE and disk and not disk.readonly
        if left_out and disk and disk.path != base:
            facts = {"target": disk.target, "path": disk.path, "base": base}
            return refuse(Code.REVERT_EXCLUDED, target.name, **facts)
    return None


def reverted(domain: Domain, action: Revert, host: Capabilities) -> Domain:
    """The domain after the revert, whatever the rules say of it; LookupError without a snapshot."""
    target = domain.tree[action.snapshot]
    after = replace(
        domain,
        state=_state(target, action, host),
        tree=domain.tree.with_current(target.name),
        definition=target.definition,
        agent=False,  # what comes back may have been captured, or boot, without one
    )
    if host.test_driver:
        return after
    return _on_overlays(after, domain, target) if target.external else _on_tags(after, target)


def _state(target: Snapshot, action: Revert, host: Capabilities) -> DomainState:
    captured = _STATES.get(target.state, DomainState.SHUTOFF)
    if host.test_driver and captured is DomainState.SHUTOFF:
        return captured  # the test driver does not start an offline snapshot
    match action.run_state:
        case RunState.AS_CAPTURED:
            return captured
        case RunState.RUNNING:
            return DomainState.RUNNING
        case RunState.PAUSED:
            return DomainState.PAUSED


def _on_tags(after: Domain, target: Snapshot) -> Domain:
    """An internal revert: every disk is back on the file that holds the tag."""
    base = dict(target.base)
    disks = tuple(
        _back(disk, target, base[disk.target]) if disk.target in base else disk
        for disk in _attached(after, target)
    )
    return replace(after, disks=disks)


def _attached(domain: Domain, target: Snapshot) -> Iterator[Disk]:
    """The disks of the snapshot's definition: those added since go, those detached since return."""
    base, known = dict(target.base), target.definition.disks
    for disk in domain.disks:
        if disk.target in base or (disk.path is None and disk.target in (known or (disk.target,))):
            yield disk
    for name in known:
        if domain.disk(name) is None:
            yield _returned(name, target)


def _returned(name: str, target: Snapshot) -> Disk:
    """A disk as the snapshot's definition has it; a drive without a medium is a removable one."""
    definition, path = target.definition, target.base_file(name)
    lying = dict(target.sources).get(name, Source.FILE if path else Source.NONE)
    return Disk(
        target=name,
        path=path,
        source=lying,
        format=target.base_format(name) or "raw",
        device="cdrom" if lying is Source.NONE else "disk",
        readonly=name in definition.readonly,
        shareable=name in definition.shareable,
        encrypted=name in definition.encrypted,
        transient=name in definition.transient,
    )


def _back(disk: Disk, target: Snapshot, path: str) -> Disk:
    form = target.base_format(disk.target) or disk.format
    encrypted = disk.target in target.definition.encrypted
    return replace(
        disk, path=path, source=target.source(disk.target), format=form, encrypted=encrypted
    )


def _on_overlays(after: Domain, before: Domain, target: Snapshot) -> Domain:
    """An external revert: new overlays on the recorded bases, for every disk with a file.

    The overlays of the snapshot that was current are unlinked. A leaf lists the new ones as its
    own; one with children keeps its list and gets `revert_disks`.
    """
    fresh = tuple(
        SnapshotDisk(t, DiskKind.EXTERNAL, files.revert_overlay(before, base), "qcow2")
        for t, base in target.base
    )
    tree = after.tree
    left = before.tree.get(before.tree.current)
    if left is not None and left.revert_disks:
        tree = tree.put(replace(left, revert_disks=()))
    kept = tree[target.name]
    leaf = not tree.children(target.name)
    tree = tree.put(replace(kept, disks=fresh) if leaf else replace(kept, revert_disks=fresh))
    paths = {disk.target: disk.file for disk in fresh}
    bases = dict(target.base)
    disks = tuple(
        _started(disk, paths[disk.target], bases[disk.target]) if disk.target in paths else disk
        for disk in _attached(after, target)
    )
    return replace(after, tree=tree, disks=disks)


def _started(disk: Disk, overlay: str | None, base: str) -> Disk:
    return replace(
        disk,
        path=overlay,
        source=Source.FILE,
        format="qcow2",
        encrypted=False,
        data_file=False,
        backing=(base,),
        chain_told=False,
    )


def needs_memory_file(target: Snapshot) -> str | None:
    """The file that a revert to this snapshot reads the guest's memory from; None without one."""
    return target.memory.file if target.memory.kind is MemoryKind.EXTERNAL else None
