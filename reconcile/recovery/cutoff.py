"""What has a call done that failed or was cut off? Judged by what the host shows, never guessed.

libvirt finishes a call whose client died; a libvirtd or QEMU that died leaves some calls halfway,
each in its own way: an overlay or a tag without metadata, a part of a memory file, a paused guest,
a merge that must be finished. What the host shows is compared with the domain before the call, with
the one that the rules predict after it, and with these.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import assert_never

from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.leftover import LeftFile, Leftover, LeftPaused, LeftStarted, LeftTag
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.recovery.deviations import deviations

ADOPTED = "left over by an interrupted reconcile, about to be deleted"
"""The description of an entry made only so that libvirt can delete the tag behind it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a call began from: the files that the disks lay on, and the guest's process."""

    paths: tuple[tuple[str, str | None], ...] = ()
    process: int | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A call: its action, the domain before it, what the rules predict after it."""

    action: Action
    before: Domain
    after: Domain
    seen: Seen


@dataclass(frozen=True, slots=True)
class Now:
    """What the host shows: the domain, the guest's process, files and tags the call may have left.

    `tags` has an entry for each image that could be read.
    """

    domain: Domain
    process: int | None = None
    files: frozenset[str] = frozenset()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Done:
    """All of it happened."""


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing of it counts; without the leftovers, the host is as before."""

    left: tuple[Leftover, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The data is there: with the leftovers gone and the snapshot marked, it is done."""

    unmarked: Create | None
    left: tuple[Leftover, ...] = ()


@dataclass(frozen=True, slots=True)
class Halfway:
    """No way back: after the leftovers are gone, the same call finishes it."""

    notes: tuple[str, ...]
    left: tuple[Leftover, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """The call alone does not explain what the host shows: somebody else was there."""

    notes: tuple[str, ...]
    left: tuple[Leftover, ...] = ()


Verdict = Done | NotDone | Unfinished | Halfway | Moved


def verdict(cut: Cut, now: Now) -> Verdict:
    """What the call has done, by what the host shows now."""
    match cut.action:
        case Create():
            return _create(cut, cut.action, now)
        case Redefine():
            return _redefine(cut, now)
        case Delete():
            return _delete(cut, cut.action, now)
        case Revert():
            return _revert(cut, now)
    assert_never(cut.action)


def _create(cut: Cut, action: Create, now: Now) -> Verdict:
    if not deviations(cut.after, now.domain):
        return Done()
    paused = _paused(cut.before, now.domain)
    as_now = replace(cut.after, state=now.domain.state)
    if not deviations(as_now, now.domain) and paused:
        return Unfinished(None, paused)
    made = cut.after.tree.get(action.snapshot)
    if made is not None and not deviations(_unmarked(as_now, made), now.domain):
        return Unfinished(action, paused)
    shown = _without_adopted(cut, now.domain)
    left = (*_left_by_create(cut, action, replace(now, domain=shown)), *paused)
    was = replace(cut.before, state=now.domain.state)
    off = deviations(was if paused else cut.before, shown)
    return Moved(off, left) if off else NotDone(left)


def _without_adopted(cut: Cut, now: Domain) -> Domain:
    """An entry that was made only to delete a tag counts as the tag alone."""
    found = now.tree.get(cut.action.snapshot)
    if found is None or found.description != ADOPTED:
        return now
    return replace(now, tree=now.tree.drop(found.name))


def _unmarked(domain: Domain, made: Snapshot) -> Domain:
    return replace(domain, tree=domain.tree.put(replace(made, mark=None)))


def _paused(before: Domain, now: Domain) -> tuple[LeftPaused, ...]:
    was_running = before.state is DomainState.RUNNING
    return (LeftPaused(),) if was_running and now.state is DomainState.PAUSED else ()


def left_by(cut: Cut, now: Now) -> tuple[Leftover, ...]:
    """What is there of a create that is not in effect."""
    return tuple(_left_by_create(cut, cut.action, now)) if isinstance(cut.action, Create) else ()


def _left_by_create(cut: Cut, action: Create, now: Now) -> Iterator[Leftover]:
    """New files and tags that neither libvirt's metadata nor a disk knows."""
    used = {file for disk in now.domain.disks for file in (disk.path, *disk.backing)}
    used |= {file for snapshot in now.domain.tree for file in snapshot.files()}
    yield from (LeftFile(f) for f in files_of(action) if f in now.files and f not in used)
    if action.snapshot not in now.domain.tree:
        for image in images_of(action, cut.before):
            if action.snapshot in now.tags.get(image, ()):
                yield LeftTag(image, action.snapshot)


def files_of(action: Action) -> tuple[str, ...]:
    """The files that a create makes; those that it was told to reuse were there before."""
    if not isinstance(action, Create):
        return ()
    overlays = [] if action.capture.reuse_files else [d.file for d in action.disks if d.file]
    return (*overlays, *([action.memory.file] if action.memory.file else []))


def images_of(action: Action, before: Domain) -> tuple[str, ...]:
    """The images that the action puts a tag into, or takes one from."""
    match action:
        case Create(disks=disks):
            inside = [d.target for d in disks if d.kind is DiskKind.INTERNAL]
            found = (before.disk(target) for target in inside)
            return tuple(disk.path for disk in found if disk and disk.path)
        case Delete(snapshot=name, metadata_only=False) if name in before.tree:
            gone = before.tree[name]
            inside = [d.target for d in gone.disks if d.kind is DiskKind.INTERNAL]
            return tuple(path for target in inside if (path := gone.base_file(target)))
        case _:
            return ()


def _redefine(cut: Cut, now: Now) -> Verdict:
    """One file is written, or two where the pointer moves: then a half is finished by repeating."""
    if not deviations(cut.after, now.domain):
        return Done()
    off = deviations(cut.before, now.domain)
    if not off:
        return NotDone()
    pointed = replace(cut.after, tree=cut.after.tree.with_current(now.domain.tree.current))
    if deviations(pointed, now.domain):
        return Moved(off)
    return Halfway(("the metadata is written, the current pointer is not moved",))


def _delete(cut: Cut, action: Delete, now: Now) -> Verdict:
    if not deviations(cut.after, now.domain):
        return Done()
    if action.snapshot not in now.domain.tree:
        return Moved(deviations(cut.after, now.domain))
    untagged = [
        f"{image} holds no internal snapshot {action.snapshot} any more"
        for image in images_of(action, cut.before)
        if action.snapshot not in now.tags.get(image, (action.snapshot,))
    ]
    off = deviations(cut.before, now.domain)
    if not off and not untagged:
        return NotDone()
    began = _merging(cut, now.domain)
    started = not cut.before.active and began.active
    left = (LeftStarted(),) if started else ()
    if deviations(cut.before, _as_before(cut, began)):
        return Moved(off)
    return Halfway((*off, *untagged), left)


def _merging(cut: Cut, now: Domain) -> Domain:
    """Without what a merge shows while it is not finished: flags, and disks already on the base."""
    tree = now.tree.put(*(replace(each, delete_in_progress=False) for each in now.tree))
    disks = tuple(_on_the_way(disk, cut) for disk in now.disks)
    return replace(now, tree=tree, disks=disks, block_jobs=cut.before.block_jobs)


def _on_the_way(disk: Disk, cut: Cut) -> Disk:
    before, after = cut.before.disk(disk.target), cut.after.disk(disk.target)
    arrived = before and after and disk.path == after.path
    return replace(disk, path=before.path) if arrived and before else disk


def _as_before(cut: Cut, now: Domain) -> Domain:
    """Without what deleting changes one file after the other: parents of children, run state."""
    tree = now.tree
    moved = [
        replace(each, parent=cut.before.tree[each.name].parent)
        for each in tree
        if each.name in cut.before.tree and each.parent == _parent(cut.after, each.name)
    ]
    paused = not cut.before.active and now.state is DomainState.PAUSED
    state = cut.before.state if paused else now.state
    return replace(now, tree=tree.put(*moved), state=state)


def _parent(domain: Domain, name: str) -> str | None:
    found = domain.tree.get(name)
    return found.parent if found else None


def _revert(cut: Cut, now: Now) -> Verdict:
    """A repeated revert changes nothing visible in the tree: the guest's process tells."""
    untouched = replace(cut.before, disks=tuple(_real(d, cut.seen) for d in cut.before.disks))
    same_process = cut.seen.process == now.process
    if same_process and not deviations(untouched, now.domain):
        return NotDone()
    if not deviations(cut.after, now.domain):
        return Done()
    off = deviations(cut.before, now.domain)
    began = replace(
        now.domain,
        state=cut.before.state,
        disks=cut.before.disks,
        tree=now.domain.tree.with_current(cut.before.tree.current),
    )
    if deviations(cut.before, began):
        return Moved(off)
    return Halfway(off or ("the guest was stopped",))


def _real(disk: Disk, seen: Seen) -> Disk:
    """The disk on the file that it really lay on, where the rules have a stand-in."""
    return replace(disk, path=dict(seen.paths).get(disk.target, disk.path))
