"""Facts of a host before and after a call: gathered here, judged by `recovery`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.xml.domain import live_disks
from reconcile.model.action import Create, Delete
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.frozen import FrozenMapping
from reconcile.observe.chains import read_chain
from reconcile.observe.host_files import HostFiles
from reconcile.observe.qemu_disks import observe_qemu_disks
from reconcile.recovery.call_context import Baseline, CallContext
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.footprint import CallFootprint
from reconcile.recovery.unfinished_merge import in_doubt


def baseline(handle: DomainHandle, footprint: CallFootprint, files: HostFiles) -> Baseline:
    """What the host shows just before a call. Raises HostError."""
    paths = tuple((disk.target, disk.path) for disk in handle.disks())
    written, beside = _written(footprint, files), _beside(footprint, files)
    found = ((path, files.identity(path)) for path in footprint.unlinked)
    identities = tuple((path, identity) for path, identity in found if identity is not None)
    return Baseline(paths, handle.process(), written, beside, identities)


def obstacles(
    action: Create | Delete, footprint: CallFootprint, files: HostFiles
) -> tuple[str, ...]:
    """Sentences on files and tags in the way of a create, and on images that a delete would miss.

    A file that was free before a create is ours afterwards. libvirt calls a delete done though an
    image is away: its internal snapshot stays in the image. Raises HostError.
    """
    if isinstance(action, Delete):
        away = (image for image in footprint.tagged if files.exists(image) is Fact.NO)
        return tuple(f"{image} is missing" for image in away)
    name = action.snapshot
    there = (path for path in footprint.created if files.exists(path) is Fact.YES)
    tagged = (image for image in footprint.tagged if name in (files.tags(image) or ()))
    return (
        *(f"{path} exists now" for path in there),
        *(f"{image} holds a {name} now" for image in tagged),
    )


def traces(domain: Domain, context: CallContext, files: HostFiles) -> Evidence:
    """The evidence of a call that the domain, its files and its tags give. Raises HostError."""
    footprint = context.footprint
    read = {image: files.tags(image) for image in footprint.tagged}
    tags = {image: found for image, found in read.items() if found is not None}
    return Evidence(
        domain=domain,
        files=FrozenMapping({path: files.exists(path) for path in footprint.files}),
        tags=FrozenMapping(tags),
        unread=tuple(image for image in read if image not in tags and files.sees(image)),
        written=_written(footprint, files),
        beside=_beside(footprint, files),
    )


def with_images(
    evidence: Evidence, handle: DomainHandle, context: CallContext, files: HostFiles
) -> Evidence:
    """The evidence with what QEMU and the images say of disks that a call may have moved.

    libvirt's word may be old. QEMU is asked only then, since the question marks the domain as
    tainted. Raises HostError.
    """
    if not _in_question(evidence, context):
        return evidence
    if evidence.domain.active:
        return _asked(evidence, handle)
    return _compared(evidence, context, files)


def _in_question(evidence: Evidence, context: CallContext) -> bool:
    """A merge that is not over, or a create that libvirt did not answer, of overlays."""
    known = context.action.snapshot in evidence.domain.tree
    if context.footprint.active_merges or context.footprint.inner_merges:
        return known
    return bool(context.new_overlays) and not known and not context.answered


def _asked(evidence: Evidence, handle: DomainHandle) -> Evidence:
    disks, known = live_disks(handle.xml()), evidence.domain.block_jobs
    drives = observe_qemu_disks(handle, disks)
    chains = {target: drive.images for target, drive in drives.items()}
    jobs = (disk.target for disk in disks if disk.job and disk.target not in known)
    return replace(evidence, chains=FrozenMapping(chains), lost_jobs=tuple(jobs))


def _compared(evidence: Evidence, context: CallContext, files: HostFiles) -> Evidence:
    """Reading whole images takes long: only where nothing else tells which one is right."""
    held = _held(evidence, context, files)
    if Fact.YES in held.values():
        return replace(evidence, held=held)
    inner = context.footprint.inner_merges
    chains = _chains(evidence.domain, files) if inner else evidence.chains
    doubtful = [
        merge
        for merge in in_doubt(context, evidence)
        if evidence.file(merge.overlay) is not Fact.NO
    ]
    differing = {merge.overlay: files.differ(merge.overlay, merge.base) for merge in doubtful}
    return replace(evidence, held=held, chains=chains, differing=FrozenMapping(differing))


def _held(evidence: Evidence, context: CallContext, files: HostFiles) -> FrozenMapping[str, Fact]:
    """Whether the images that the merges read and write are held; not of overlays that are gone."""
    footprint = context.footprint
    used = {
        *(m.overlay for m in footprint.active_merges if evidence.file(m.overlay) is not Fact.NO),
        *(merge.base for merge in footprint.active_merges),
        *_above(evidence.domain, footprint),
    }
    return FrozenMapping({image: files.held(image) for image in sorted(used)})


def _above(domain: Domain, footprint: CallFootprint) -> Iterator[str]:
    """The images that disks lie on above one in the middle of their chains."""
    disks = (domain.disk(merge.target) for merge in footprint.inner_merges)
    return (disk.path for disk in disks if disk and disk.path)


def _chains(domain: Domain, files: HostFiles) -> Mapping[str, tuple[str, ...]]:
    """By the images themselves, of the disks that have any below."""
    read = ((d, read_chain(files, d.path, d.format)) for d in domain.disks if d.path)
    found = {disk.target: (disk.path or "", *chain.below) for disk, chain in read if chain.below}
    return FrozenMapping(found)


def _written(footprint: CallFootprint, files: HostFiles) -> tuple[tuple[str, int], ...]:
    found = ((image, files.written_at(image)) for image in footprint.written)
    return tuple((image, when) for image, when in found if when is not None)


def _beside(footprint: CallFootprint, files: HostFiles) -> tuple[str, ...]:
    stems: Iterable[str] = footprint.overlay_stems
    return tuple(path for stem in stems for path in files.numbered(stem))
