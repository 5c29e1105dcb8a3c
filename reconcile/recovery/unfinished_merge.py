"""A merge that lost its libvirtd: which image does each disk really lie on, and which is right?

QEMU moves a disk to its base; libvirt writes that down a moment later. Killed in between, it names
an overlay that the guest does not write to any more (libvirt's `qemu_blockjob.c`: the job is
dismissed in QEMU, the overlay removed, and only then are definition and status saved).
"""

from collections.abc import Iterator

from reconcile.model.leftover import (
    DiskMerge,
    GuestOnBase,
    Leftover,
    MergedDisk,
    MergedInnerImage,
    PartlyMergedSnapshot,
)
from reconcile.recovery.footprint import inner_of, merges_of
from reconcile.recovery.verdicts import CallContext, Evidence, MergeWinner
from reconcile.rules.merge import overlays_of


def apart(cut: CallContext, now: Evidence) -> tuple[Leftover, ...]:
    """What is to be put right first, before libvirt can delete all disks together."""
    inner = inner_of(cut.action, cut.before)
    if any(merge.target not in now.chains for merge in inner):
        inner = ()
    skipped = tuple(MergedInnerImage(m) for m in inner if _listed(m, now) and not _open(m, now))
    merged = [m for m in inner if not _listed(m, now)]
    half = PartlyMergedSnapshot(
        cut.action.snapshot, inner, tuple(m for m in inner if _listed(m, now))
    )
    return (*_apart(cut, now), *(skipped or ([half] if merged else [])))


def _listed(merge: DiskMerge, now: Evidence) -> bool:
    """Whether libvirt lists the image below the disk; of a guest that is off, the images tell."""
    if not now.domain.active:
        return _open(merge, now)
    disk = now.domain.disk(merge.target)
    return disk is not None and merge.overlay in disk.backing


def _open(merge: DiskMerge, now: Evidence) -> bool:
    """Whether the image is read below the disk, by QEMU or the next one that starts."""
    return merge.overlay in now.chains.get(merge.target, ())


def _apart(cut: CallContext, now: Evidence) -> Iterator[Leftover]:
    for merge in merges_of(cut.action, cut.before):
        named = _named(merge, now)
        if named == merge.base:
            yield MergedDisk(merge)
        elif named == merge.overlay and (_left(merge, now) or _given_up(merge, cut, now)):
            yield GuestOnBase(merge)


def _left(merge: DiskMerge, now: Evidence) -> bool:
    """Whether the overlay that libvirt names is none any more: the data is in the base."""
    if now.domain.active:
        return now.writes(merge.target) == merge.base
    return merge.overlay not in now.files


def _given_up(merge: DiskMerge, cut: CallContext, now: Evidence) -> bool:
    """Whether somebody decided that the base is right."""
    return cut.keep is MergeWinner.BASE and merge.overlay in now.differing


def doubts(cut: CallContext, now: Evidence) -> tuple[str, ...]:
    """Why nothing may be done: committing the wrong image would write over the right one."""
    if cut.seen.process is None:
        return ()
    return tuple(_written_elsewhere(cut, now) if now.domain.active else _off(cut, now))


def _written_elsewhere(cut: CallContext, now: Evidence) -> Iterator[str]:
    for merge in merges_of(cut.action, cut.before):
        named, written = _named(merge, now), now.writes(merge.target)
        if written is not None and written not in {named, merge.base}:
            yield f"libvirt names {named} for disk {merge.target}, but QEMU writes to {written}"


def _off(cut: CallContext, now: Evidence) -> Iterator[str]:
    if now.held:
        yield (
            f"libvirt calls the guest off, but a QEMU still holds {now.held[0]}: end that process "
            f"(`pgrep -af {now.domain.uuid}` shows it), then go on"
        )
        return
    for merge in in_doubt(cut, now) if cut.keep is None else ():
        if _named(merge, now) == merge.overlay and merge.overlay in now.differing:
            yield (
                f"{merge.overlay} and {merge.base} differ, and libvirtd died while it merged them: "
                "nobody knows which of them the guest wrote to last; look at both, then run "
                "`reconcile resume --keep overlay` or `reconcile resume --keep base`"
            )


def in_doubt(cut: CallContext, now: Evidence) -> tuple[DiskMerge, ...]:
    """The merges of which libvirt's word may be old, where the guest is off and cannot be asked.

    Those that have begun, or of which that cannot be seen, if libvirt did not live to answer.
    """
    if cut.seen.process is None or cut.answered or now.domain.active:
        return ()
    was, written = dict(cut.seen.written), dict(now.written)
    return tuple(
        merge
        for merge in merges_of(cut.action, cut.before)
        if merge.base not in was or written.get(merge.base) != was[merge.base]
    )


def touched(cut: CallContext, now: Evidence) -> bool:
    """Whether the merge has begun: then the snapshot's own data is not what it was.

    libvirt flags that in the metadata, but 9.0 does not, and a flag can be lost. Where the images
    cannot be seen, a call that libvirt did not answer counts as begun.
    """
    if cut.seen.written:
        return dict(now.written) != dict(cut.seen.written) or _removed(cut, now)
    return bool(merges_of(cut.action, cut.before)) and not cut.answered


def _removed(cut: CallContext, now: Evidence) -> bool:
    """Whether an overlay is gone, though merging it needed nothing to be written."""
    gone = cut.before.tree[cut.action.snapshot]
    files = (each.file for each in overlays_of(gone) if each.file and not each.file.endswith(">"))
    return any(file not in now.files for file in files)


def lost_jobs(now: Evidence) -> tuple[str, ...]:
    """What is in the way where libvirt believes in a merge that is over: only a new start helps."""
    name = now.domain.name
    return tuple(
        f"libvirt believes in a block job on disk {target} that QEMU does not know: "
        f"run `virsh managedsave {name}` and `virsh start {name}`, then go on"
        for target in now.lost_jobs
    )


def _named(merge: DiskMerge, now: Evidence) -> str | None:
    disk = now.domain.disk(merge.target)
    return disk.path if disk else None
