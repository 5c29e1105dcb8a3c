"""Domains read whole: state, disks, and the snapshot tree from one listing."""

import logging

from reconcile.errors import HostError
from reconcile.errors.libvirt_codes import LibvirtCode
from reconcile.libvirt.domain import DomainHandle
from reconcile.libvirt.xml import domain as domain_xml
from reconcile.libvirt.xml import snapshot_read
from reconcile.model.domain import Disk, Domain, DomainState
from reconcile.model.tree import Tree
from reconcile.observe.volumes import with_volume_paths

VANISHED = frozenset(
    {
        LibvirtCode.NO_DOMAIN_SNAPSHOT,  # somebody deleted it between listing and reading
        LibvirtCode.OPERATION_INVALID,  # the guest stopped between two questions
    }
)
TRIES = 3

_log = logging.getLogger(__name__)


def observe_domain(handle: DomainHandle) -> Domain:
    """The domain as the host holds it now, read again where something vanishes meanwhile.

    Raises HostError.
    """
    for _ in range(TRIES - 1):
        try:
            return _told(_observed(handle))
        except HostError as error:
            if error.code not in VANISHED:
                raise
    return _told(_observed(handle))


def _told(domain: Domain) -> Domain:
    tree = domain.tree
    facts = (domain.name, domain.state, len(tree), tree.current or "none")
    _log.debug("observed %s: %s, %d snapshots, current: %s", *facts)
    return domain


def _observed(handle: DomainHandle) -> Domain:
    xml, state = handle.xml(), handle.state()
    disks = domain_xml.disks(xml)
    definition, unmigratable = domain_xml.summary(xml)
    found = Domain(
        name=handle.id.name,
        uuid=handle.id.uuid,
        state=state,
        disks=disks,
        tree=Tree.of(map(snapshot_read.read, handle.snapshot_xml()), handle.current()),
        persistent=handle.persistent(),
        managed_save=handle.managed_save(),
        checkpoints=handle.checkpoints(),
        block_jobs=_block_jobs(handle, disks) if state is not DomainState.SHUTOFF else (),
        firmware=domain_xml.firmware(xml),
        agent=domain_xml.agent(xml),
        definition=definition,
        unmigratable=unmigratable,
    )
    return with_volume_paths(found, handle.volume_path)


def _block_jobs(handle: DomainHandle, disks: tuple[Disk, ...]) -> tuple[str, ...]:
    return tuple(d.target for d in disks if d.path and handle.block_job(d.target))
