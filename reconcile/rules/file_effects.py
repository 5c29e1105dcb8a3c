"""The files that each action creates, writes, merges and removes, by their real names.

A stand-in of the rules for an overlay that a revert of the same plan will start has no real name
yet: only this plan can lie on it, so it is left out.
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import assert_never

from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.domain import Domain
from reconcile.model.file_effects import FileEffects
from reconcile.model.host import Capabilities
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.rules.files import overlays
from reconcile.rules.merge import touch

NOTHING = FileEffects()


def file_effects(domain: Domain, action: Action, host: Capabilities) -> FileEffects:
    """The effects on files of a legal action, on the domain as it is before the action."""
    if host.test_driver:  # it has no files
        return NOTHING
    match action:
        case Create():
            return _real(_created(domain, action))
        case Redefine(dump=dump):
            return NOTHING if dump is None else _real(_adopted(dump.snapshot))
        case Delete():
            return _real(_deleted(domain, action, host))
        case Revert():
            return _real(_reverted(domain, action))
    assert_never(action)


def _created(domain: Domain, action: Create) -> FileEffects:
    overlay_files = frozenset(disk.file for disk in action.disks if disk.file)
    memory = frozenset({action.memory.file} if action.memory.file else ())
    outside = {disk.target for disk in action.disks if disk.kind is DiskKind.EXTERNAL}
    reused = overlay_files if action.capture.reuse_files else frozenset[str]()
    inside = {disk.target for disk in action.disks if disk.kind is DiskKind.INTERNAL}
    return FileEffects(
        opened=frozenset(d.path for d in domain.disks if d.path and d.target in inside),
        read=frozenset(path for d in domain.disks if d.target in inside for path in d.backing),
        created=(overlay_files - reused) | memory,
        reused=reused,
        frozen=frozenset(d.path for d in domain.disks if d.path and d.target in outside),
    )


def _adopted(snapshot: Snapshot) -> FileEffects:
    """A full dump makes libvirt believe that these files are the snapshot's own."""
    return FileEffects(reused=frozenset(at_stake(snapshot)) if snapshot.external else frozenset())


def _deleted(domain: Domain, action: Delete, host: Capabilities) -> FileEffects:
    gone = domain.tree.get(action.snapshot)
    if gone is None or action.metadata_only:
        return NOTHING
    if not gone.external:
        return FileEffects(opened=frozenset(file for _, file in tagged(gone)))
    effects = touch(domain, gone, host)
    unwritten = effects.written & frozenset(_read_only(domain, gone))
    held, read = _started_for(domain, effects)
    return replace(effects, written=effects.written - unwritten, opened=unwritten | held, read=read)


def _started_for(domain: Domain, merge: FileEffects) -> tuple[frozenset[str], frozenset[str]]:
    """The images that a QEMU opens for writing and for reading, which libvirt starts for a merge.

    It does so where the guest is off, with all disks of the domain (9.0.0, 11.3.0 and 12.8.0).
    """
    if domain.active or not merge.merged:
        return frozenset(), frozenset()
    others = [d for d in domain.disks if d.path and not d.shareable and d.path not in merge.merged]
    read = frozenset(disk.path for disk in others if disk.path and disk.readonly)
    held = frozenset(disk.path for disk in others if disk.path and not disk.readonly)
    return held, read


def _read_only(domain: Domain, gone: Snapshot) -> Iterable[str]:
    """Images below overlays that a revert gave to read-only drives: no guest wrote to those."""
    for target, base in outside(gone):
        disk = domain.disk(target)
        if disk is not None and disk.readonly:
            yield base


def _reverted(domain: Domain, action: Revert) -> FileEffects:
    """libvirt unlinks the overlays of the current snapshot, or writes a tag's data back."""
    target = domain.tree.get(action.snapshot)
    if target is None:
        return NOTHING
    booted = frozenset(_booted(target, action))
    if not target.external:
        written = frozenset(file for _, file in tagged(target))
        return FileEffects(written=written, read=booted - written)
    left = domain.tree.get(domain.tree.current)
    removed = frozenset(overlays(left)) if left is not None else frozenset[str]()
    frozen = frozenset(file for _, file in outside(target))
    return FileEffects(removed=removed, frozen=frozen, read=booted)


def _booted(target: Snapshot, action: Revert) -> Iterable[str]:
    """The images of a guest that the revert starts; QEMU does not lock what is shareable."""
    if action.starts(target):
        shareable = target.definition.shareable
        yield from (file for name, file in target.base if name not in shareable)


def tagged(snapshot: Snapshot) -> Iterable[tuple[str, str]]:
    """The disks whose data lies in a tag, by target, each with the image that holds it."""
    return _on(snapshot, DiskKind.INTERNAL)


def outside(snapshot: Snapshot) -> Iterable[tuple[str, str]]:
    """The disks whose data is the content of an image, by target, each with its image."""
    return _on(snapshot, DiskKind.EXTERNAL)


def _on(snapshot: Snapshot, kind: DiskKind) -> Iterable[tuple[str, str]]:
    for disk in snapshot.disks:
        base = snapshot.base_file(disk.target)
        if disk.kind is kind and base:
            yield disk.target, base


def at_stake(snapshot: Snapshot) -> tuple[str, ...]:
    """The files of a snapshot that libvirt may write or remove: not those of disks left out."""
    listed = [disk.file for disk in (*snapshot.disks, *snapshot.revert_disks) if disk.file]
    bases = [file for _, file in outside(snapshot)]
    memory = [snapshot.memory.file] if snapshot.memory.file else []
    return tuple(dict.fromkeys((*listed, *bases, *memory)))


def file_key(snapshot: Snapshot | Create, path: str) -> str:
    """The key of a manifest under which a snapshot names this file."""
    if snapshot.memory.file == path:
        return "memory"
    named = (disk.target for disk in snapshot.disks if disk.file == path)
    target = next(named, None)
    return "memory" if target is None else f"disks.{target}.file"


def _real(effects: FileEffects) -> FileEffects:
    kept = {f.name: _named(getattr(effects, f.name)) for f in fields(effects)}
    return FileEffects(**kept)


def _named(files: frozenset[str]) -> frozenset[str]:
    return frozenset(file for file in files if not file.endswith(">"))
