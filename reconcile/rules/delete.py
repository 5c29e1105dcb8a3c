"""Deletes of a snapshot: an internal one loses its tag, an external one is merged.

libvirt's own checks are few and differ by version; what it would do while losing data or crashing
is refused here (traps 3, 5, 14 and the crashes of deleting without a current snapshot or below a
side branch).
"""

from dataclasses import replace

from reconcile.model.action import Delete
from reconcile.model.domain import Domain, DomainState
from reconcile.model.file_effects import FileEffects
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.model.tree import Tree
from reconcile.rules import checks, disk_features, files, health, names, versions
from reconcile.rules.branch import (
    beside,
    branch,
    descendants,
    external_above,
    off_the_way,
    overlay,
    owner,
)
from reconcile.rules.file_effects import file_key
from reconcile.rules.merge import forgotten, is_active, merged, overlays_of, touch, without
from reconcile.rules.refusals import Code, refuse


def delete(domain: Domain, action: Delete, host: Capabilities) -> Domain | Refusal:
    """The domain without the snapshot, or the first rule that forbids deleting it."""
    snapshot = domain.tree.get(action.snapshot)
    if snapshot is None:
        return refuse(Code.SNAPSHOT_GONE, action.snapshot)
    if action.metadata_only and host.test_driver:
        return refuse(Code.TEST_DRIVER, snapshot.name, what="forget a snapshot's metadata")
    return _refusal(domain, action, snapshot, host) or deleted(domain, action, host)


def deleted(domain: Domain, action: Delete, host: Capabilities) -> Domain:
    """The domain without the snapshot, whatever the rules say; LookupError without one."""
    snapshot = domain.tree[action.snapshot]
    if host.test_driver:
        return replace(domain, tree=without(domain.tree, snapshot))
    if snapshot.external and not action.metadata_only:
        return merged(domain, snapshot)
    return replace(domain, tree=forgotten(domain.tree, snapshot))


def _refusal(
    domain: Domain, action: Delete, snapshot: Snapshot, host: Capabilities
) -> Refusal | None:
    if action.metadata_only:
        return _forget_refusal(domain, snapshot)
    if host.test_driver:
        return None
    if domain.state is DomainState.OTHER:
        return refuse(Code.STATE_UNSUPPORTED, snapshot.name)
    if snapshot.external:
        return _external_refusal(domain, snapshot, host)
    return _internal_refusal(domain, snapshot, host)


def _forget_refusal(domain: Domain, snapshot: Snapshot) -> Refusal | None:
    """Only the metadata goes. Not in the middle of a chain of files (trap 14).

    Nor where the domain runs on its overlay: what is taken later would lie on images of which
    the tree no longer tells, and a revert to another snapshot would write to them.
    """
    tree = domain.tree
    if snapshot.external and _needed_for_others(domain, snapshot):
        lying = branch(tree, snapshot.name)
        return refuse(Code.FORGET_EXTERNAL, snapshot.name, branch=lying if lying[1:] else ())
    after = replace(domain, tree=forgotten(tree, snapshot))
    if checks.saved_while_paused(domain) and not checks.saved_while_paused(after):
        return refuse(Code.PAUSED_TRACE, snapshot.name)
    return None


def _needed_for_others(domain: Domain, snapshot: Snapshot) -> bool:
    """Whether children or the domain lie on its data; what is lost, nothing can lie on."""
    tree = domain.tree
    if any(not tree[name].data.lost for name in tree.children(snapshot.name)):
        return True
    alone = snapshot.name != tree.current or len(tree) == 1
    return not alone and not snapshot.data.lost and health.rests_on(domain, snapshot)


def _internal_refusal(domain: Domain, gone: Snapshot, host: Capabilities) -> Refusal | None:
    if not domain.active:
        return disk_features.unresolved(domain, gone)
    if host.libvirt >= versions.QMP_INTERNAL_JOBS and not names.job_id(gone.name):
        return refuse(Code.NAME_JOB_ID, gone.name)
    for recorded in gone.disks:
        disk, base = domain.disk(recorded.target), gone.base_file(recorded.target)
        if recorded.kind is DiskKind.INTERNAL and disk and base and disk.path != base:
            facts = {"recorded": base, "target": disk.target, "path": disk.path}
            return refuse(Code.INTERNAL_ELSEWHERE, gone.name, **facts)
    return checks.block_job(domain, gone.name)


def _external_refusal(domain: Domain, gone: Snapshot, host: Capabilities) -> Refusal | None:
    return checks.first(
        (
            _version(gone, host),
            _pointer(domain, gone),
            checks.managed_save(domain, gone.name),
            checks.block_job(domain, gone.name),
            checks.delete_in_progress(domain, gone.name),
            checks.paused_twice(domain, gone.name),
            disk_features.unresolved(domain, gone),
            disk_features.delete_refusal(domain, gone),
            _images_refusal(domain, gone, host),
            checks.placed(domain, gone.name, host),
            _neighbours(domain.tree, gone),
            _hurts(domain, gone, host),
            _position(domain, gone, host),
            _bases(domain.name, gone),
            _detached(domain, gone),
            _overlay_in_chain(domain, gone),
        )
    )


def _pointer(domain: Domain, gone: Snapshot) -> Refusal | None:
    if domain.tree.current is not None:
        return None
    found = owner(domain)
    facts = {"owner": found, "domain": domain.name, "alone": found is None}
    return refuse(Code.NO_CURRENT, gone.name, **facts)


def _images_refusal(domain: Domain, gone: Snapshot, host: Capabilities) -> Refusal | None:
    """libvirt merges by its metadata; where the images lie otherwise it fails (all releases)."""
    if gone.data.lost:
        names = branch(domain.tree, gone.name)
        return refuse(Code.DATA_LOST, gone.name, state=gone.data, names=names)
    if not is_active(domain.tree, gone):
        return None
    targets = {disk.target for disk in overlays_of(gone)}
    return checks.chains(domain, gone.name, targets, host)


def _version(gone: Snapshot, host: Capabilities) -> Refusal | None:
    if host.libvirt < versions.EXTERNAL_DELETE:
        return refuse(Code.EXTERNAL_OLD_LIBVIRT, gone.name, version=host.version)
    if host.libvirt < versions.MEMORY_FILE_REMOVED and not overlays_of(gone):
        return refuse(Code.EXTERNAL_NO_DISK, gone.name, version=host.version)
    return None


def _position(domain: Domain, gone: Snapshot, host: Capabilities) -> Refusal | None:
    tree, children = domain.tree, domain.tree.children(gone.name)
    if len(children) > 1:
        others = beside(tree, gone.name)
        code = Code.EXTERNAL_SEVERAL_CHILDREN
        return refuse(code, gone.name, children=children, others=others)
    lying = descendants(tree, gone.name)
    if gone.name == tree.current:
        code = Code.EXTERNAL_ACTIVE_NOT_LEAF
        return refuse(code, gone.name, children=children, branch=lying) if children else None
    active = is_active(tree, gone)
    if not host.external_revert and (not domain.active or not active):
        code = Code.EXTERNAL_OFFLINE
        return refuse(code, gone.name, version=host.version, in_chain=active)
    if not active:
        return refuse(Code.EXTERNAL_OFF_CHAIN, gone.name, branch=lying) if children else None
    return _side_branch(tree, gone, host)


def _side_branch(tree: Tree, gone: Snapshot, host: Capabilities) -> Refusal | None:
    """A crash of libvirtd before 12.8: some other branch below an ancestor of the current one."""
    if host.libvirt >= versions.SIDE_BRANCH_DELETE:
        return None
    way = tree.lineage(tree.current)
    below = way[: way.index(gone.name)]
    # the current snapshot's own children hang on its base, below the active overlay
    if any(len(tree.children(name)) > (name != tree.current) for name in below):
        others = off_the_way(tree, gone.name)
        code = Code.EXTERNAL_SIDE_BRANCH
        return refuse(code, gone.name, version=host.version, others=others)
    return None


def _neighbours(tree: Tree, gone: Snapshot) -> Refusal | None:
    inside = next((c for c in tree.children(gone.name) if not tree[c].external), None)
    if inside is not None:
        return refuse(Code.EXTERNAL_INTERNAL_CHILD, gone.name, child=inside)
    parent = tree.get(gone.parent)
    if parent is not None and not parent.external and is_active(tree, gone):
        return refuse(Code.EXTERNAL_INTERNAL_PARENT, gone.name, parent=parent.name)
    return None


def _bases(domain_name: str, gone: Snapshot) -> Refusal | None:
    unknown = (disk for disk in overlays_of(gone) if gone.base_file(disk.target) is None)
    disk = next(unknown, None)
    if disk is None:
        return None
    return refuse(Code.EXTERNAL_UNKNOWN_BASE, gone.name, target=disk.target, domain=domain_name)


def _detached(domain: Domain, gone: Snapshot) -> Refusal | None:
    """A merge needs the disk: libvirt fails without it (9.0.0, 11.3.0, 12.8.0)."""
    for disk in overlays_of(gone) if is_active(domain.tree, gone) else ():
        if domain.disk(disk.target) is None:
            above = external_above(domain, disk.target)
            facts = {"target": disk.target, "overlay": above and overlay(above, disk.target)}
            return refuse(Code.DISK_DETACHED, gone.name, domain=domain.name, **facts)
    return None


def _overlay_in_chain(domain: Domain, gone: Snapshot) -> Refusal | None:
    """A merge starts from the overlay that the snapshot lists; a revert may have moved it."""
    child = _child_on_chain(domain.tree, gone)
    for disk in overlays_of(gone) if is_active(domain.tree, gone) else ():
        current = domain.disk(disk.target)
        above = child.base_file(disk.target) if child else current and current.path
        if above is not None and disk.file != above:
            facts = {"child": child.name if child else "the domain", "above": child and child.name}
            return refuse(Code.EXTERNAL_OVERLAY_GONE, gone.name, file=disk.file, **facts)
    return None


def _child_on_chain(tree: Tree, gone: Snapshot) -> Snapshot | None:
    name = next(iter(tree.children(gone.name)), None)
    return tree.get(name)


def _hurts(domain: Domain, gone: Snapshot, host: Capabilities) -> Refusal | None:
    touched = touch(domain, gone, host)
    found = files.hurt(without(domain.tree, gone), touched)
    if found is None:
        return _in_use(domain, gone, touched)
    victim, file = found
    return refuse(Code.DELETE_HURTS, gone.name, victim=victim, file=file)


def _in_use(domain: Domain, gone: Snapshot, touched: FileEffects) -> Refusal | None:
    """Trap 17: metadata may name any file as its memory, and libvirt unlinks it as root."""
    chains = {file for disk in domain.disks for file in (disk.path, *disk.backing) if file}
    used = sorted(touched.removed & (chains | touched.written))
    if not used:
        return None
    facts = {"key": file_key(gone, used[0]), "domain": domain.name}
    return refuse(Code.DELETE_IN_USE, gone.name, file=used[0], **facts)
