"""Merges that lost their libvirtd: which image each disk really lies on, and which is right.

QEMU moves a disk to its base; libvirt writes that down a moment later. Killed in between, it names
an overlay that the guest does not write to any more (libvirt's `qemu_blockjob.c`, 9.0.0 to 12.8.0:
the job is dismissed in QEMU, the overlay removed, and only then are definition and status saved).
"""

from collections.abc import Iterator

from reconcile.model.fact import Fact
from reconcile.model.leftover import (
    DiskMerge,
    GuestOnBase,
    MergedDisk,
    MergedInnerImage,
    PartlyMergedSnapshot,
)
from reconcile.recovery.call_context import CallContext, MergeWinner
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.verdicts import Leftovers


def disagreements(context: CallContext, evidence: Evidence) -> Leftovers:
    """The disagreements to be repaired before libvirt can delete all disks together."""
    return (*_active(context, evidence), *_inner(context, evidence))


def _active(context: CallContext, evidence: Evidence) -> Iterator[MergedDisk | GuestOnBase]:
    for merge in context.footprint.active_merges:
        named = _named(merge, evidence)
        if named == merge.base:
            yield MergedDisk(merge)
        elif named == merge.overlay and (
            _is_left(merge, evidence) or _is_given_up(merge, context, evidence)
        ):
            yield GuestOnBase(merge)


def _is_left(merge: DiskMerge, evidence: Evidence) -> bool:
    """Whether the overlay that libvirt names is none any more: the data is in the base.

    Of a guest that is off only a missing overlay tells; one that cannot be seen does not.
    """
    if evidence.domain.active:
        return evidence.writes(merge.target) == merge.base
    return evidence.file(merge.overlay) is Fact.NO


def _is_given_up(merge: DiskMerge, context: CallContext, evidence: Evidence) -> bool:
    """Whether somebody decided that the base is right."""
    if context.winner is not MergeWinner.BASE:
        return False
    return evidence.differing.get(merge.overlay, Fact.NO) is not Fact.NO


def _inner(
    context: CallContext, evidence: Evidence
) -> tuple[MergedInnerImage | PartlyMergedSnapshot, ...]:
    """Images in the middle of chains: merged in QEMU alone, or for some disks only.

    Nothing where the chain of one of the disks is not known.
    """
    merges = context.footprint.inner_merges
    if any(merge.target not in evidence.chains for merge in merges):
        return ()
    listed = tuple(merge for merge in merges if _is_listed(merge, evidence))
    skipped = tuple(MergedInnerImage(m) for m in listed if not _is_read(m, evidence))
    if skipped:
        return skipped
    if len(listed) == len(merges):
        return ()
    return (PartlyMergedSnapshot(context.action.snapshot, merges, listed),)


def _is_listed(merge: DiskMerge, evidence: Evidence) -> bool:
    """Whether libvirt lists the image below the disk; of a guest that is off, the images tell."""
    if not evidence.domain.active:
        return _is_read(merge, evidence)
    disk = evidence.domain.disk(merge.target)
    return disk is not None and merge.overlay in disk.backing


def _is_read(merge: DiskMerge, evidence: Evidence) -> bool:
    """Whether the image is read below the disk, by QEMU or the next one that starts."""
    return merge.overlay in evidence.chains.get(merge.target, ())


def doubts(context: CallContext, evidence: Evidence) -> tuple[str, ...]:
    """Reasons to do nothing: committing the wrong image would write over the right one."""
    if context.baseline.process is None:
        return ()
    active = evidence.domain.active
    return tuple((_written_elsewhere if active else _went_off)(context, evidence))


def _written_elsewhere(context: CallContext, evidence: Evidence) -> Iterator[str]:
    for merge in context.footprint.active_merges:
        named, written = _named(merge, evidence), evidence.writes(merge.target)
        if written is not None and written not in {named, merge.base}:
            yield f"libvirt names {named} for disk {merge.target}, but QEMU writes to {written}"


def _went_off(context: CallContext, evidence: Evidence) -> Iterator[str]:
    """The guest ran when the call began: a QEMU that libvirt lost may write on."""
    held = next((image for image, fact in evidence.held.items() if fact is Fact.YES), None)
    if held is not None:
        yield (
            f"libvirt calls the guest off, but a QEMU still holds {held}: end that process "
            f"(`pgrep -af {evidence.domain.uuid}` shows it), then go on"
        )
    elif context.winner is None:
        yield from _undecided(context, evidence)


def _undecided(context: CallContext, evidence: Evidence) -> Iterator[str]:
    """Nobody has said which image is right, and libvirt did not live to say it."""
    unseen = next((image for image, fact in evidence.held.items() if fact is Fact.UNKNOWN), None)
    if unseen is not None and not context.answered:
        yield (
            f"libvirt calls the guest off, and whether a QEMU still holds {unseen} cannot be seen "
            f"from here: make sure on its host that none does (`pgrep -af {evidence.domain.uuid}` "
            f"shows it), then {_DECIDE}"
        )
        return
    for merge in in_doubt(context, evidence):
        differing = evidence.differing.get(merge.overlay, Fact.NO)
        if _named(merge, evidence) == merge.overlay and differing is not Fact.NO:
            yield _both(merge, differing)


_DECIDE = "run `reconcile resume --keep overlay` or `reconcile resume --keep base`"


def _both(merge: DiskMerge, differing: Fact) -> str:
    died = "libvirtd died while it merged them: nobody knows which of them the guest wrote to last"
    if differing is Fact.YES:
        return f"{merge.overlay} and {merge.base} differ, and {died}; look at both, then {_DECIDE}"
    return (
        f"whether {merge.overlay} and {merge.base} differ cannot be seen from here, and {died}; "
        f"look at both on their host, then {_DECIDE}"
    )


def in_doubt(context: CallContext, evidence: Evidence) -> tuple[DiskMerge, ...]:
    """The merges of which libvirt's word may be old, where the guest is off and cannot be asked.

    Those that have begun, or of which that cannot be seen, if libvirt did not live to answer.
    """
    baseline = context.baseline
    if baseline.process is None or context.answered or evidence.domain.active:
        return ()
    before, now = dict(baseline.written), dict(evidence.written)
    return tuple(
        merge
        for merge in context.footprint.active_merges
        if merge.base not in before or now.get(merge.base) != before[merge.base]
    )


def has_begun(context: CallContext, evidence: Evidence) -> bool:
    """Whether a merge of the delete has begun: then its snapshot's data is not what it was.

    libvirt flags that in the metadata, but 9.0.0 does not, and a flag can be lost. Where an image
    cannot be seen to change, a call that libvirt did not answer counts as begun.
    """
    before, now = dict(context.baseline.written), dict(evidence.written)
    if any(now.get(image) != changed for image, changed in before.items()):
        return True
    merges = (*context.footprint.active_merges, *context.footprint.inner_merges)
    if any(evidence.file(merge.overlay) is Fact.NO for merge in merges):
        return True  # though merging it needed nothing to be written
    return not context.answered and any(merge.base not in before for merge in merges)


def lost_jobs(evidence: Evidence) -> tuple[str, ...]:
    """Sentences on merges that libvirt believes in though they are over: only a new start helps."""
    name = evidence.domain.name
    return tuple(
        f"libvirt believes in a block job on disk {target} that QEMU does not know: "
        f"run `virsh managedsave {name}` and `virsh start {name}`, then go on"
        for target in evidence.lost_jobs
    )


def _named(merge: DiskMerge, evidence: Evidence) -> str | None:
    disk = evidence.domain.disk(merge.target)
    return disk.path if disk else None
