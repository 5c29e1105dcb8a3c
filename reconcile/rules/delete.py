"""Deleting a snapshot: the tag of an internal one, the merge of an external one.

libvirt's own checks are few and differ by version; what it would do while losing data or
crashing is refused here (traps 3, 5, 14 and the crashes of deleting without a current snapshot
or below a side branch).
"""

from dataclasses import replace

from reconcile.model.action import Delete
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DiskKind, Snapshot, SnapshotDisk
from reconcile.model.tree import Tree
from reconcile.rules import checks, files, names, versions
from reconcile.rules.files import Touch
from reconcile.rules.refusals import Code, refuse


def delete(domain: Domain, action: Delete, host: Capabilities) -> Domain | Refusal:
    """The domain without the snapshot, or the first rule that forbids deleting it."""
    snapshot = domain.tree.get(action.snapshot)
    if snapshot is None:
        return refuse(Code.SNAPSHOT_GONE, action.snapshot)
    if action.metadata_only and host.test_driver:
        return refuse(Code.TEST_DRIVER, snapshot.name, what="forget a snapshot's metadata")
    if action.metadata_only:
        return _forgotten(domain, snapshot)
    if host.test_driver:
        return replace(domain, tree=without(domain.tree, snapshot))
    if domain.state is DomainState.OTHER:
        return refuse(Code.STATE_UNSUPPORTED, snapshot.name)
    if snapshot.external:
        return _external_refusal(domain, snapshot, host) or _merged(domain, snapshot)
    refusal = _internal_refusal(domain, snapshot, host)
    return refusal or replace(domain, tree=_inherited(without(domain.tree, snapshot), snapshot))


def _forgotten(domain: Domain, snapshot: Snapshot) -> Domain | Refusal:
    """Only the metadata goes. In the middle of a chain of files it must not (trap 14)."""
    tree = domain.tree
    alone = sum(each.external for each in tree) == 1
    needed = tree.children(snapshot.name) or snapshot.name == tree.current
    if snapshot.external and needed and not alone:
        return refuse(Code.FORGET_EXTERNAL, snapshot.name)
    return replace(domain, tree=_inherited(without(tree, snapshot), snapshot))


def without(tree: Tree, gone: Snapshot) -> Tree:
    """libvirt's bookkeeping: children move to the parent, and so does the current pointer."""
    moved = (replace(tree[name], parent=gone.parent) for name in tree.children(gone.name))
    current = gone.parent if tree.current == gone.name else tree.current
    return tree.put(*moved).drop(gone.name).with_current(current)


def _internal_refusal(domain: Domain, gone: Snapshot, host: Capabilities) -> Refusal | None:
    if not domain.active:
        return None
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
            refuse(Code.NO_CURRENT, gone.name) if domain.tree.current is None else None,
            checks.managed_save(domain, gone.name),
            checks.block_job(domain, gone.name),
            checks.delete_in_progress(domain, gone.name),
            checks.saved_while_paused(domain, gone.name),
            checks.placed(domain, gone.name),
            _neighbours(domain.tree, gone),
            _hurts(domain, gone),
            _position(domain, gone, host),
            _bases(gone),
            _overlay_in_chain(domain, gone),
        )
    )


def _version(gone: Snapshot, host: Capabilities) -> Refusal | None:
    if host.libvirt < versions.EXTERNAL_DELETE:
        return refuse(Code.EXTERNAL_OLD_LIBVIRT, gone.name, version=host.version)
    if host.libvirt < versions.MEMORY_FILE_REMOVED and not _overlays(gone):
        return refuse(Code.EXTERNAL_NO_DISK, gone.name, version=host.version)
    return None


def _position(domain: Domain, gone: Snapshot, host: Capabilities) -> Refusal | None:
    tree, children = domain.tree, domain.tree.children(gone.name)
    listed = ", ".join(children)
    if len(children) > 1:
        return refuse(Code.EXTERNAL_SEVERAL_CHILDREN, gone.name, children=listed)
    if gone.name == tree.current:
        code = Code.EXTERNAL_ACTIVE_NOT_LEAF
        return refuse(code, gone.name, children=listed) if children else None
    active = _is_active(tree, gone)
    if not host.external_revert and (not domain.active or not active):
        return refuse(Code.EXTERNAL_OFFLINE, gone.name, version=host.version)
    if not active:
        return refuse(Code.EXTERNAL_OFF_CHAIN, gone.name) if children else None
    return _side_branch(tree, gone, host)


def _side_branch(tree: Tree, gone: Snapshot, host: Capabilities) -> Refusal | None:
    """A crash of libvirtd before 12.8: some other branch below an ancestor of the current one."""
    if host.libvirt >= versions.SIDE_BRANCH_DELETE:
        return None
    way = tree.lineage(tree.current)
    below = way[: way.index(gone.name)]
    # the current snapshot's own children hang on its base, below the active overlay
    if any(len(tree.children(name)) > (name != tree.current) for name in below):
        return refuse(Code.EXTERNAL_SIDE_BRANCH, gone.name, version=host.version)
    return None


def _neighbours(tree: Tree, gone: Snapshot) -> Refusal | None:
    inside = next((c for c in tree.children(gone.name) if not tree[c].external), None)
    if inside is not None:
        return refuse(Code.EXTERNAL_INTERNAL_CHILD, gone.name, child=inside)
    parent = tree.get(gone.parent)
    if parent is not None and not parent.external and _is_active(tree, gone):
        return refuse(Code.EXTERNAL_INTERNAL_PARENT, gone.name, parent=parent.name)
    return None


def _bases(gone: Snapshot) -> Refusal | None:
    unknown = (disk for disk in _overlays(gone) if gone.base_file(disk.target) is None)
    disk = next(unknown, None)
    return refuse(Code.EXTERNAL_UNKNOWN_BASE, gone.name, target=disk.target) if disk else None


def _overlays(snapshot: Snapshot) -> list[SnapshotDisk]:
    return [disk for disk in snapshot.disks if disk.kind is DiskKind.EXTERNAL]


def _overlay_in_chain(domain: Domain, gone: Snapshot) -> Refusal | None:
    """A merge starts from the overlay that the snapshot lists; a revert may have moved it."""
    child = _child_on_chain(domain.tree, gone)
    for disk in _overlays(gone) if _is_active(domain.tree, gone) else ():
        current = domain.disk(disk.target)
        above = child.base_file(disk.target) if child else current and current.path
        if above is not None and disk.file != above:
            name = child.name if child else "the domain"
            return refuse(Code.EXTERNAL_OVERLAY_GONE, gone.name, file=disk.file, child=name)
    return None


def _child_on_chain(tree: Tree, gone: Snapshot) -> Snapshot | None:
    name = next(iter(tree.children(gone.name)), None)
    return tree.get(name)


def _is_active(tree: Tree, gone: Snapshot) -> bool:
    """Whether the domain runs on top of it."""
    return gone.name in tree.lineage(tree.current)


def _hurts(domain: Domain, gone: Snapshot) -> Refusal | None:
    touch = _touch(domain, gone)
    found = files.hurt(without(domain.tree, gone), touch)
    if found is None:
        return _in_use(domain, gone, touch)
    victim, file = found
    return refuse(Code.DELETE_HURTS, gone.name, victim=victim, file=file)


def _in_use(domain: Domain, gone: Snapshot, touch: Touch) -> Refusal | None:
    """Trap 17: metadata may name any file as its memory, and libvirt unlinks it as root."""
    chains = {file for disk in domain.disks for file in (disk.path, *disk.backing) if file}
    used = sorted(touch.removed & (chains | touch.written))
    return refuse(Code.DELETE_IN_USE, gone.name, file=used[0]) if used else None


def _touch(domain: Domain, gone: Snapshot) -> Touch:
    """In the active chain the overlay is committed into the base; elsewhere files just go.

    A leaf outside the active chain takes the overlay it lies on with it, if its parent is
    external. Libvirt before 9.9 goes by the active file alone, so that deleting a clone of the
    current snapshot merges there too.
    """
    tree = domain.tree
    memory = {gone.memory.file} if gone.memory.file else set()
    bases = {base for disk in _overlays(gone) if (base := gone.base_file(disk.target))}
    if _is_active(tree, gone) or files.active(domain).intersection(files.overlays(gone)):
        merged = frozenset(disk.file for disk in _overlays(gone) if disk.file)
        return Touch(removed=frozenset(memory), written=frozenset(bases), merged=merged)
    parent = tree.get(gone.parent)
    above = bases if parent is not None and parent.external else set()
    return Touch(removed=frozenset(memory | above))


def _merged(domain: Domain, gone: Snapshot) -> Domain:
    """The overlay is committed into its base; whatever lay on the overlay lies on the base."""
    if not _is_active(domain.tree, gone):
        return replace(domain, tree=_inherited(without(domain.tree, gone), gone))
    committed = {disk.file: gone.base_file(disk.target) for disk in _overlays(gone) if disk.file}
    tree = without(domain.tree, gone)
    moved = (_rebased(each, gone, committed) for each in tree if _lies_on(each, committed))
    disks = tuple(_settled(disk, gone, committed) for disk in domain.disks)
    return replace(domain, tree=tree.put(*moved), disks=disks)


def _lies_on(snapshot: Snapshot, committed: dict[str, str | None]) -> bool:
    """Not only children: a descendant that left a disk out lies on the same file of it."""
    return any(file in committed for _, file in snapshot.base)


def _inherited(tree: Tree, gone: Snapshot) -> Tree:
    """With its last child gone, the parent's revert overlays become its overlays."""
    parent = tree.get(gone.parent)
    if parent is None or not parent.revert_disks or tree.children(parent.name):
        return tree
    return tree.put(replace(parent, disks=parent.revert_disks, revert_disks=()))


def _rebased(snapshot: Snapshot, gone: Snapshot, committed: dict[str, str | None]) -> Snapshot:
    moved = {target for target, file in snapshot.base if file in committed}
    base = tuple((target, committed.get(file) or file) for target, file in snapshot.base)
    formats = tuple(
        (target, gone.base_format(target) or form if target in moved else form)
        for target, form in snapshot.formats
    )
    return replace(snapshot, base=base, formats=formats)


def _settled(disk: Disk, gone: Snapshot, committed: dict[str, str | None]) -> Disk:
    """The active disk falls back to the base, or loses one image of its chain."""
    base = committed.get(disk.path) if disk.path is not None else None
    if base is not None:
        form = gone.base_format(disk.target) or disk.format
        return replace(disk, path=base, format=form, backing=disk.backing[1:])
    return replace(disk, backing=tuple(file for file in disk.backing if file not in committed))
