"""Creates of a snapshot below the current one: what libvirt does, and what it must not be asked."""

from collections.abc import Iterator
from dataclasses import replace

from reconcile.model.action import Create
from reconcile.model.desired import Metadata
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import DiskKind, MemoryKind, Snapshot, SnapshotDisk
from reconcile.model.source import Source
from reconcile.model.tree import Tree
from reconcile.rules import capture, checks, disk_features, names, versions
from reconcile.rules.file_effects import file_key
from reconcile.rules.refusals import Code, refuse

_TAKEN = frozenset({DiskKind.INTERNAL, DiskKind.EXTERNAL})
_USUAL = frozenset({Source.FILE, Source.NONE})
OVERLAY_FORMATS = frozenset({None, "qcow2", "qed"})


def create(domain: Domain, action: Create, host: Capabilities) -> Domain | Refusal:
    """The domain after the snapshot was taken, or the first rule that forbids taking it."""
    objections = (
        _place(domain, action),
        _domain_ready(domain, action, host),
        checks.first(_disk(domain, disk, action) for disk in action.disks),
        checks.first(_kinds(domain, action)),
        _internal(domain, action, host) if _is_internal(action) else None,
        _external(domain, action, host) if _is_external(action) else None,
        checks.first(capture.objections(domain, action)),
        _test_driver(action) if host.test_driver else None,
    )
    return checks.first(objections) or taken(domain, action, host)


def _is_internal(action: Create) -> bool:
    inside = any(disk.kind is DiskKind.INTERNAL for disk in action.disks)
    return inside or action.memory.kind is MemoryKind.INTERNAL


def _is_external(action: Create) -> bool:
    outside = any(disk.kind is DiskKind.EXTERNAL for disk in action.disks)
    return outside or action.memory.kind is MemoryKind.EXTERNAL


def _place(domain: Domain, action: Create) -> Refusal | None:
    name, current = action.snapshot, domain.tree.current
    if name in domain.tree:
        return refuse(Code.NAME_TAKEN, name)
    if not names.safe(name):
        return refuse(Code.NAME_UNSAFE, name, name=name)
    if action.parent != current:
        return not_below(name, current, action.parent, moved=True)
    return None


def not_below(name: str, current: str | None, parent: str | None, **facts: object) -> Refusal:
    """The refusal of a snapshot below `parent`, where libvirt would take it below `current`."""
    here, there = _below(current), _below(parent)
    return refuse(Code.PARENT_NOT_CURRENT, name, here=here, there=there, **facts)


def _below(parent: str | None) -> str:
    return "as a root" if parent is None else f"below {parent}"


def _domain_ready(domain: Domain, action: Create, host: Capabilities) -> Refusal | None:
    name = action.snapshot
    if domain.state is DomainState.OTHER:
        return refuse(Code.STATE_UNSUPPORTED, name)
    with_memory = action.memory.kind is not MemoryKind.NONE
    saved = checks.paused_twice(domain, name) if with_memory else None
    placed = None if host.test_driver else checks.placed(domain, name, host)
    return checks.first(
        (
            checks.managed_save(domain, name),
            checks.block_job(domain, name),
            checks.delete_in_progress(domain, name),
            checks.chains(domain, name, {d.target for d in action.disks if d.kind in _TAKEN}, host),
            placed,
            saved,
        )
    )


def _disk(domain: Domain, wanted: SnapshotDisk, action: Create) -> Refusal | None:
    name, target = action.snapshot, wanted.target
    disk = domain.disk(target)
    if disk is None:
        known = ", ".join(each.target for each in domain.disks) or "none"
        return refuse(Code.DISK_UNKNOWN, name, target=target, known=known)
    match wanted.kind:
        case DiskKind.NONE:
            return None
        case DiskKind.MANUAL:
            return refuse(Code.DISK_MANUAL, name, target=target, taken=True)
        case DiskKind.INTERNAL | DiskKind.EXTERNAL:
            return disk_features.create_refusal(domain, disk, wanted, action) or _taken_disk(
                domain, disk, wanted, action
            )


def _taken_disk(domain: Domain, disk: Disk, wanted: SnapshotDisk, action: Create) -> Refusal | None:
    name = action.snapshot
    if not disk.writable:
        return refuse(Code.DISK_READONLY, name, target=disk.target)
    if disk.shareable:
        return refuse(Code.DISK_SHAREABLE, name, target=disk.target, taken=True)
    if wanted.kind is DiskKind.INTERNAL and disk.format != "qcow2":
        facts = {"format": disk.format, "outside": capture.external_memory(domain, action)}
        return refuse(Code.DISK_NOT_QCOW2, name, target=disk.target, **facts)
    if wanted.kind is DiskKind.EXTERNAL and wanted.file is None:
        return refuse(Code.OVERLAY_UNNAMED, name, target=disk.target)
    if wanted.driver not in OVERLAY_FORMATS:
        return refuse(Code.OVERLAY_FORMAT, name, format=wanted.driver, target=disk.target)
    return None


def _kinds(domain: Domain, action: Create) -> Iterator[Refusal | None]:
    name, memory = action.snapshot, action.memory.kind
    migratable = capture.migratable(domain)
    kinds = {disk.kind for disk in action.disks} - {DiskKind.NONE}
    if not kinds and memory is not MemoryKind.EXTERNAL:
        capturable = any(disk.writable and not disk.shareable for disk in domain.disks)
        yield refuse(Code.DISKS_NONE, name, capturable=capturable)
    if memory is not MemoryKind.NONE and not domain.active:
        yield refuse(Code.MEMORY_INACTIVE, name, migratable=migratable)
    parts = sorted({str(kind) for kind in kinds} | ({str(memory)} - {"none"}))
    if len(parts) > 1:
        facts = {
            "inside": _inside(domain),
            "outside": capture.external_memory(domain, action),
        }
        yield refuse(Code.MIXED_KINDS, name, parts=" and ".join(parts), **facts)
    if DiskKind.INTERNAL in kinds and domain.active and memory is MemoryKind.NONE:
        yield refuse(Code.MEMORY_REQUIRED, name, migratable=migratable)
    if action.memory.kind is MemoryKind.EXTERNAL and action.memory.file is None:
        yield refuse(Code.MEMORY_FILE_UNNAMED, name)
    yield disk_features.memory_refusal(domain, action)
    yield from disk_features.long_names(action)
    yield _twice(action)


def _twice(action: Create) -> Refusal | None:
    """Trap 12: libvirt lets two disks, or a disk and the memory, share one new file."""
    files = [disk.file for disk in action.disks if disk.file]
    files += [action.memory.file] if action.memory.file else []
    shared = next((file for file in files if files.count(file) > 1), None)
    if shared is None:
        return None
    return refuse(Code.FILE_TWICE, action.snapshot, path=shared, key=file_key(action, shared))


def _internal(domain: Domain, action: Create, host: Capabilities) -> Refusal | None:
    name = action.snapshot
    taken = {disk.target for disk in action.disks if disk.kind is DiskKind.INTERNAL}
    outside = capture.external_memory(domain, action)
    writable = (disk for disk in domain.disks if disk.writable)
    excluded = next((disk for disk in writable if disk.target not in taken), None)
    if excluded is not None:
        facts = {"possible": disk_features.holds_tags(excluded), "outside": outside}
        return refuse(Code.DISK_EXCLUDED, name, target=excluded.target, **facts)
    if domain.checkpoints:  # trap 19: it could be taken, but never reverted to
        combined = domain.active and host.libvirt >= versions.CHECKPOINTS_WITH_SNAPSHOTS
        return checks.checkpoints(domain, name, outside=outside if combined else None)
    return _firmware(domain, name, host)


def _firmware(domain: Domain, name: str, host: Capabilities) -> Refusal | None:
    if domain.firmware is None or host.test_driver:
        return None
    nvram = domain.firmware.nvram_format
    since = versions.QMP_INTERNAL_JOBS if domain.active else versions.UEFI_OFFLINE_INTERNAL
    lacking = domain.active and nvram != "qcow2"
    if host.libvirt >= since and not lacking:
        return None
    facts = {
        "since": None if lacking else ".".join(map(str, since[:2])),
        "convert": domain.firmware.nvram if host.libvirt >= since else None,
    }
    return refuse(Code.FIRMWARE_NVRAM, name, format=nvram, **facts)


def _external(domain: Domain, action: Create, host: Capabilities) -> Refusal | None:
    name = action.snapshot
    too_old = host.libvirt < versions.CHECKPOINTS_WITH_SNAPSHOTS
    if domain.checkpoints and (too_old or not domain.active):
        return checks.checkpoints(domain, name, running_helps=not too_old)
    limit = versions.chain_limit(host)
    for wanted in action.disks:
        disk = domain.disk(wanted.target)
        depth = 1 + _images(domain, disk) if disk else 0
        if wanted.kind is DiskKind.EXTERNAL and depth > limit:
            facts = {"target": wanted.target, "depth": depth, "limit": limit}
            return refuse(Code.CHAIN_TOO_DEEP, name, **facts, **_shorter(domain, depth - limit))
    return None


def _shorter(domain: Domain, images: int) -> dict[str, object]:
    """What can go so that a chain has so many images less; without snapshots, all but the top."""
    tree = domain.tree
    external = [name for name in tree.lineage(tree.current) if tree[name].external]
    return {
        "deepest": tuple(external[:images]),
        "flat": domain.name if domain.active and not external else None,
        "inside": _inside(domain),
    }


def _inside(domain: Domain) -> str | None:
    """The kind of memory of an internal snapshot, None where there can be no such snapshot."""
    holds = all(disk_features.holds_tags(disk) for disk in domain.disks if disk.writable)
    return capture.internal_memory(domain) if holds else None


def _images(domain: Domain, disk: Disk) -> int:
    """The images in the disk's chain; of an inactive domain only the tree tells (trap 20)."""
    tree = domain.tree
    taken = (tree[name].disk(disk.target) for name in tree.lineage(tree.current))
    below = sum(found is not None and found.kind is DiskKind.EXTERNAL for found in taken)
    return 1 + max(below, len(disk.backing))


def _test_driver(action: Create) -> Refusal | None:
    if _is_external(action) and action.memory.kind is not MemoryKind.EXTERNAL:
        what = "create a disk-only external snapshot"
        return refuse(Code.TEST_DRIVER, action.snapshot, what=what)
    return None


def taken(domain: Domain, action: Create, host: Capabilities) -> Domain:
    """The domain after the snapshot was taken, whatever the rules say of taking it."""
    disks = domain.disks if host.test_driver else tuple(_moved(d, action) for d in domain.disks)
    state = capture.halted(domain, action)
    if action.capture.metadata is Metadata.DISCARD:
        return replace(domain, disks=disks, state=state)
    tree = _cleared(domain.tree).put(_snapshot(domain, action)).with_current(action.snapshot)
    return replace(domain, tree=tree, disks=disks, state=state)


def _snapshot(domain: Domain, action: Create) -> Snapshot:
    return Snapshot(
        name=action.snapshot,
        parent=domain.tree.current,
        state=action.state,
        memory=action.memory,
        disks=action.disks,
        description=action.description,
        mark=action.mark,
        base=tuple((d.target, d.path) for d in domain.disks if d.path is not None),
        formats=tuple((d.target, d.format) for d in domain.disks if d.path is not None),
        sources=tuple((d.target, d.source) for d in domain.disks if d.source not in _USUAL),
        definition=replace(
            domain.definition,
            encrypted=tuple(disk.target for disk in domain.disks if disk.encrypted),
        ),
    )


def _cleared(tree: Tree) -> Tree:
    """Any new snapshot makes libvirt forget the overlays that a revert to its parent started."""
    parent = tree.get(tree.current)
    if parent is None or not parent.revert_disks:
        return tree
    return tree.put(replace(parent, revert_disks=()))


def _moved(disk: Disk, action: Create) -> Disk:
    """The disk now runs on its overlay; what it ran on is the base below."""
    wanted = next((each for each in action.disks if each.target == disk.target), None)
    if wanted is None or wanted.kind is not DiskKind.EXTERNAL or wanted.file is None:
        return disk
    backing = disk.backing if disk.path is None else (disk.path, *disk.backing)
    form = wanted.driver or "qcow2"
    return replace(
        disk,
        path=wanted.file,
        source=Source.FILE,
        format=form,
        encrypted=False,
        data_file=False,
        backing=backing,
    )
