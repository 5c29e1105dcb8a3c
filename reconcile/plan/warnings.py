"""Warnings of a plan: what it should say though no rule forbids it."""

from collections.abc import Iterator

from reconcile.model.action import Create, Delete
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.plan import Step
from reconcile.model.snapshot import DiskKind, MemoryKind
from reconcile.rules import versions
from reconcile.rules.disk_features import NO_FILES, same_stem


def warnings(steps: tuple[Step, ...], observed: Domain, host: Capabilities) -> tuple[str, ...]:
    """Sentences for the plan, without duplicates, in order of the steps."""
    found = (line for step in steps for line in _of(step, observed, host))
    return tuple(dict.fromkeys(found))


def _of(step: Step, observed: Domain, host: Capabilities) -> Iterator[str]:
    match step.action:
        case Create() as action:
            yield from _created(action, observed)
        case Delete(snapshot=name) if host.libvirt < versions.MEMORY_FILE_REMOVED:
            gone = observed.tree.get(name)
            if gone and gone.memory.kind is MemoryKind.EXTERNAL:
                yield f"{name}: libvirt {host.version} leaves its memory file {gone.memory.file}"
        case _:
            return


def _created(action: Create, observed: Domain) -> Iterator[str]:
    """What cannot be undone, reverted or deleted later, said while it can still be avoided."""
    name = action.snapshot
    if observed.firmware and _loses_nvram(action, observed):
        yield f"{name}: the UEFI variables (NVRAM) are not part of this snapshot"
    outside = {disk.target for disk in action.disks if disk.kind is DiskKind.EXTERNAL}
    for why in _no_revert(observed) if outside else ():
        yield f"{name}: {why}: libvirt cannot revert to this snapshot later"
    for disk in observed.disks:
        if disk.target in outside and disk.encrypted:
            yield f"{name}: what disk {disk.target} is written after it is not encrypted"
    parent = observed.tree.get(action.parent)
    external = outside or action.memory.kind is MemoryKind.EXTERNAL
    if external and parent is not None and not parent.external:
        yield (
            f"{name}: its parent {parent.name} is internal: libvirt cannot delete this snapshot "
            f"before {parent.name}"
        )


def _no_revert(domain: Domain) -> Iterator[str]:
    """Why no revert can give a disk an overlay, also one that the snapshot leaves out."""
    for disk in domain.disks:
        if disk.source in NO_FILES:
            yield f"disk {disk.target} lies on a {disk.source} source"
        elif disk.shareable:
            yield f"disk {disk.target} is shareable"
        elif disk.transient:
            yield f"disk {disk.target} is transient"
    meeting = same_stem((disk.target, disk.path) for disk in domain.disks if disk.path)
    if meeting:
        first, second, stem = meeting
        yield f"the images of disks {first} and {second} both begin with {stem}"


def _loses_nvram(action: Create, observed: Domain) -> bool:
    """Trap 22: only an internal snapshot with qcow2 NVRAM holds the variables."""
    external = any(disk.file for disk in action.disks) or action.memory.file is not None
    return external or observed.firmware is None or observed.firmware.nvram_format != "qcow2"
