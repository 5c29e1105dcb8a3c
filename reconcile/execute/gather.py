"""What a host shows after a call that was cut off: gathered here, judged by `recovery`."""

from dataclasses import replace

from reconcile.libvirt.connection import Connection
from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.xml.domain import live_disks
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.host import Capabilities
from reconcile.observe.files import observe_existence, observe_numbered, observe_written
from reconcile.observe.images import (
    observe_differing,
    observe_held,
    observe_tags,
    observe_unread,
    with_chains,
)
from reconcile.observe.qemu_disks import observe_qemu_disks
from reconcile.recovery.footprint import (
    files_of,
    images_of,
    inner_of,
    merges_of,
    removed_by,
    stems_of,
    written_by,
)
from reconcile.recovery.unfinished_create import started_by
from reconcile.recovery.unfinished_merge import in_doubt
from reconcile.recovery.verdicts import CallContext, Evidence


def traces(
    host: Connection, domain: Domain, capabilities: Capabilities, cut: CallContext
) -> Evidence:
    """The files and tags that the call may have left, beside the domain as it is."""
    merges = merges_of(cut.action, cut.before)
    watched = {
        *files_of(cut.action),
        *removed_by(cut.action, cut.before, capabilities),
        *(merge.overlay for merge in merges),
    }
    exists = observe_existence(host, sorted(watched))
    images = () if capabilities.test_driver else images_of(cut.action, cut.before)
    tags = observe_tags(host, images)
    return Evidence(
        domain=domain,
        files=frozenset(path for path, there in exists.items() if there is Fact.YES),
        tags=tags,
        unread=observe_unread(host, [image for image in images if image not in tags]),
        written=observe_written(host, written_by(cut.action, cut.before, capabilities)),
        beside=observe_numbered(host, stems_of(cut.action, cut.before)),
    )


def with_images(
    now: Evidence, host: Connection, handle: DomainHandle, cut: CallContext
) -> Evidence:
    """What QEMU and the images say of a call that may have moved disks: libvirt's word may be old.

    Asked only then, since the question marks the domain as tainted. Raises HostError.
    """
    if not _in_question(now, cut):
        return now
    return _asked(now, handle) if now.domain.active else _compared(now, host, cut)


def _in_question(now: Evidence, cut: CallContext) -> bool:
    """A merge that is not over, or a create that libvirt did not answer, of overlays."""
    known = cut.action.snapshot in now.domain.tree
    if merges_of(cut.action, cut.before) or inner_of(cut.action, cut.before):
        return known
    return bool(started_by(cut)) and not known and not cut.answered


def _asked(now: Evidence, handle: DomainHandle) -> Evidence:
    disks = live_disks(handle.xml())
    seen = observe_qemu_disks(handle, disks)
    chains = {target: disk.images for target, disk in seen.items()}
    jobs = (disk.target for disk in disks if disk.job and disk.target not in now.domain.block_jobs)
    return replace(now, chains=chains, lost_jobs=tuple(jobs))


def _compared(now: Evidence, host: Connection, cut: CallContext) -> Evidence:
    """Reading whole images takes long: only where nothing else tells which one is right."""
    merges = merges_of(cut.action, cut.before)
    there = {merge.overlay for merge in merges if merge.overlay in now.files}
    used = {*there, *(merge.base for merge in merges), *_above(now.domain, cut)}
    if held := observe_held(host, sorted(used)):
        return replace(now, held=held)
    chains = _chains(host, now.domain) if inner_of(cut.action, cut.before) else now.chains
    pairs = ((m.overlay, m.base) for m in in_doubt(cut, now) if m.overlay in there)
    return replace(now, chains=chains, differing=observe_differing(host, pairs))


def _above(domain: Domain, cut: CallContext) -> set[str]:
    """The images that disks lie on above one in the middle of their chains."""
    disks = (domain.disk(merge.target) for merge in inner_of(cut.action, cut.before))
    return {disk.path for disk in disks if disk and disk.path}


def _chains(host: Connection, domain: Domain) -> dict[str, tuple[str, ...]]:
    """By the images themselves, of the disks that have any below."""
    disks = with_chains(host, domain).disks
    return {d.target: (d.path, *d.backing) for d in disks if d.path and d.backing}
