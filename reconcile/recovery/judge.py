"""What has a call done that failed or was cut off? Judged by what the host shows, never guessed.

libvirt finishes a call whose client died; a libvirtd or QEMU that died leaves some calls halfway,
each in its own way: an overlay or a tag without metadata, a part of a memory file, a paused guest,
a merge that must be finished. What the host shows is compared with the domain before the call, with
the one that the rules predict after it, and with these.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from reconcile.model.action import Create, Delete, Redefine, Revert
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.leftover import LostCurrent, PausedGuest, StartedGuest
from reconcile.model.snapshot import Snapshot
from reconcile.recovery.deviations import deviations
from reconcile.recovery.footprint import images_of, left_by_create, left_by_delete, left_by_revert
from reconcile.recovery.unfinished_create import brought_back, taken
from reconcile.recovery.unfinished_merge import apart, doubts, lost_jobs, touched
from reconcile.recovery.verdicts import (
    Baseline,
    CallContext,
    ChangedByOthers,
    Completable,
    Done,
    Evidence,
    Halfway,
    NotDone,
    Undecided,
    Verdict,
)

ADOPTED = "left over by an interrupted reconcile, about to be deleted"
"""The description of an entry made only so that libvirt can delete the tag behind it."""


def verdict(cut: CallContext, now: Evidence) -> Verdict:
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


def _create(cut: CallContext, action: Create, now: Evidence) -> Verdict:
    if not deviations(cut.after, now.domain):
        return Done()
    paused = _paused(cut.before, now.domain)
    as_now = replace(cut.after, state=now.domain.state)
    if not deviations(as_now, now.domain) and paused:
        return Completable(None, paused)
    made = cut.after.tree.get(action.snapshot)
    if made is not None and not deviations(_unmarked(as_now, made), now.domain):
        return Completable(action, paused)
    shown = _without_adopted(cut, now.domain)
    moved = taken(cut, replace(now, domain=shown))
    back = brought_back(moved, cut, shown)
    known = replace(shown, tree=back.tree)  # the disks lie on what will be merged back
    beside = left_by_create(cut, replace(now, domain=known, tags=_untold(now, back, shown)))
    left = (*moved, *beside, *paused)
    was = replace(cut.before, state=now.domain.state) if paused else cut.before
    shown = back
    off = deviations(was, shown)
    if off and (pointer := _lost_pointer(cut.before, was, shown)):
        return NotDone((*left, *pointer))
    return ChangedByOthers(off, left) if off else NotDone(left)


def _lost_pointer(before: Domain, was: Domain, shown: Domain) -> tuple[LostCurrent, ...]:
    """libvirt writes two files, and was killed in between: the pointer is at neither snapshot.

    Moved back only where all else is as before: the pointer says on which overlays the disks lie
    (trap 1).
    """
    current = before.tree.current
    if current is None:
        return ()
    pointed = replace(shown, tree=shown.tree.with_current(current))
    return () if deviations(was, pointed) else (LostCurrent(current),)


def _untold(now: Evidence, back: Domain, shown: Domain) -> Mapping[str, tuple[str, ...]]:
    """The tags; none where a snapshot is to be deleted that libvirt knows: it takes them along."""
    return now.tags if len(back.tree) == len(shown.tree) else {}


def _without_adopted(cut: CallContext, now: Domain) -> Domain:
    """An entry that was made only to delete a tag counts as the tag alone."""
    found = now.tree.get(cut.action.snapshot)
    if found is None or found.description != ADOPTED:
        return now
    return replace(now, tree=now.tree.drop(found.name))


def _unmarked(domain: Domain, made: Snapshot) -> Domain:
    return replace(domain, tree=domain.tree.put(replace(made, mark=None)))


def _paused(before: Domain, now: Domain) -> tuple[PausedGuest, ...]:
    was_running = before.state is DomainState.RUNNING
    return (PausedGuest(),) if was_running and now.state is DomainState.PAUSED else ()


def _redefine(cut: CallContext, now: Evidence) -> Verdict:
    """One file is written, or two where the pointer moves: then a half is finished by repeating."""
    if not deviations(cut.after, now.domain):
        return Done()
    off = deviations(cut.before, now.domain)
    if not off:
        return NotDone()
    pointed = replace(cut.after, tree=cut.after.tree.with_current(now.domain.tree.current))
    if deviations(pointed, now.domain):
        return ChangedByOthers(off)
    return Halfway(("the metadata is written, the current pointer is not moved",))


def _delete(cut: CallContext, action: Delete, now: Evidence) -> Verdict:
    if not deviations(cut.after, now.domain):
        return Done(left_by_delete(cut, now))
    if action.snapshot not in now.domain.tree:
        return ChangedByOthers(deviations(cut.after, now.domain), left_by_delete(cut, now))
    notes = doubts(cut, now)
    if notes:
        return Undecided(notes)
    return _begun_without_guest(cut, now) if _lost_guest(cut, now) else _begun_delete(cut, now)


def _lost_guest(cut: CallContext, now: Evidence) -> bool:
    """Whether the guest ran when the call began, and is off since."""
    return cut.before.active and now.domain.state is DomainState.SHUTOFF


def _begun_without_guest(cut: CallContext, now: Evidence) -> Verdict:
    """What was begun is judged as if the guest had been off; that it went off is told."""
    found = _begun_delete(replace(cut, before=_off(cut.before), after=_off(cut.after)), now)
    return (
        ChangedByOthers(deviations(cut.before, now.domain)) if isinstance(found, NotDone) else found
    )


def _off(domain: Domain) -> Domain:
    return replace(domain, state=DomainState.SHUTOFF)


def _begun_delete(cut: CallContext, now: Evidence) -> Verdict:
    """The snapshot is still there: not begun, or with all that is put right, halfway."""
    off = deviations(cut.before, now.domain)
    began = _merging(cut, now.domain)
    if deviations(cut.before, _as_before(cut, began)):
        return ChangedByOthers(off, apart(cut, now))
    if not cut.before.active and began.active:
        return Halfway(off, (StartedGuest(),))
    left, untagged = apart(cut, now), _untagged(cut, now)
    if not left and (stuck := lost_jobs(now)):
        return Undecided(stuck)
    if off or untagged or left:
        return Halfway((*off, *untagged), left)
    return Halfway(("the merge has begun",)) if touched(cut, now) else NotDone()


def _untagged(cut: CallContext, now: Evidence) -> list[str]:
    name = cut.action.snapshot
    return [
        f"{image} holds no internal snapshot {name} any more"
        for image in images_of(cut.action, cut.before)
        if name not in now.tags.get(image, (name,))
    ]


def _merging(cut: CallContext, now: Domain) -> Domain:
    """Without what a merge shows while it is not finished: flags, and disks already on the base."""
    tree = now.tree.put(*(replace(each, delete_in_progress=False) for each in now.tree))
    disks = tuple(_on_the_way(disk, cut) for disk in now.disks)
    return replace(now, tree=tree, disks=disks, block_jobs=cut.before.block_jobs)


def _on_the_way(disk: Disk, cut: CallContext) -> Disk:
    before, after = cut.before.disk(disk.target), cut.after.disk(disk.target)
    arrived = before and after and disk.path == after.path
    return replace(disk, path=before.path) if arrived and before else disk


def _as_before(cut: CallContext, now: Domain) -> Domain:
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


def _revert(cut: CallContext, now: Evidence) -> Verdict:
    """A repeated revert changes nothing visible in the tree: the guest's process tells."""
    left = left_by_revert(cut, now)
    untouched = replace(cut.before, disks=tuple(_real(d, cut.seen) for d in cut.before.disks))
    same_process = cut.seen.process == now.process
    if same_process and not deviations(untouched, now.domain):
        return NotDone(left)
    if not deviations(cut.after, now.domain):
        return Done(left)
    off = deviations(cut.before, now.domain)
    began = replace(
        now.domain,
        state=cut.before.state,
        disks=cut.before.disks,
        tree=now.domain.tree.with_current(cut.before.tree.current),
    )
    if deviations(cut.before, began):
        return ChangedByOthers(off, left)
    return Halfway(off or ("the guest was stopped",), (*left, *_unpointed(cut, now.domain)))


def _unpointed(cut: CallContext, now: Domain) -> tuple[LostCurrent, ...]:
    """Reverting to an external snapshot again would crash libvirtd while none is current (I.2)."""
    current = cut.before.tree.current
    return () if current is None or now.tree.current is not None else (LostCurrent(current),)


def _real(disk: Disk, seen: Baseline) -> Disk:
    """The disk on the file that it really lay on, where the rules have a stand-in."""
    return replace(disk, path=dict(seen.paths).get(disk.target, disk.path))
