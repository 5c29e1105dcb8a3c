"""Leftovers of a call on a host: files, tags and overlays beside its effect that nothing needs."""

from collections.abc import Iterator

from reconcile.model.action import Create
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.leftover import LeftoverFile, LeftoverTag
from reconcile.recovery.call_context import CallContext
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.verdicts import Leftovers


def left_by_create(context: CallContext, evidence: Evidence) -> Leftovers:
    """The files and tags of a create that is not in effect; empty for any other action."""
    if not isinstance(context.action, Create):
        return ()
    return tuple(_left_by_create(context, evidence))


def _left_by_create(
    context: CallContext, evidence: Evidence
) -> Iterator[LeftoverFile | LeftoverTag]:
    """New files and tags that neither libvirt's metadata nor a disk knows."""
    used = _used(evidence.domain) | {file for each in evidence.chains.values() for file in each}
    for file in context.footprint.created:
        if file not in used and evidence.file(file) is Fact.YES:
            yield LeftoverFile(file)
    if context.action.snapshot not in evidence.domain.tree:
        yield from _tags(context, evidence)


def left_by_delete(context: CallContext, evidence: Evidence) -> Leftovers:
    """The files and tags that should be gone after a delete: libvirt calls it done without that.

    libvirt 9.0.0 leaves the memory file; all releases call a delete done whose image they could
    not open, and the tag stays in it.
    """
    used, name = _used(evidence.domain), context.action.snapshot
    there = (file for file, fact in sorted(evidence.files.items()) if fact is Fact.YES)
    doubted = () if context.succeeded else evidence.unread
    unread = (LeftoverTag(image, name, read=False) for image in doubted)
    return (
        *(LeftoverFile(file) for file in there if file not in used),
        *_tags(context, evidence),
        *unread,
    )


def left_by_revert(context: CallContext, evidence: Evidence) -> Leftovers:
    """The new overlays of a revert that was cut off before any disk was put on them."""
    fresh = set(evidence.beside) - set(context.baseline.beside) - _used(evidence.domain)
    return tuple(map(LeftoverFile, sorted(fresh)))


def _tags(context: CallContext, evidence: Evidence) -> Iterator[LeftoverTag]:
    name = context.action.snapshot
    for image in context.footprint.tagged:
        if name in evidence.tags.get(image, ()):
            yield LeftoverTag(image, name, evidence.domain.active)


def _used(domain: Domain) -> set[str]:
    """Every file that a disk or a snapshot names."""
    used = {file for disk in domain.disks for file in (disk.path, *disk.backing) if file}
    return used | {file for snapshot in domain.tree for file in snapshot.files()}
