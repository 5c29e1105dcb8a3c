"""What a plan should say though nothing forbids it."""

from collections.abc import Iterator

from reconcile.model.action import Create, Delete
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.plan import Step
from reconcile.model.snapshot import MemoryKind
from reconcile.rules import versions


def warnings(steps: tuple[Step, ...], observed: Domain, host: Capabilities) -> tuple[str, ...]:
    """Sentences for the plan, without duplicates, in order of the steps."""
    found = (line for step in steps for line in _of(step, observed, host))
    return tuple(dict.fromkeys(found))


def _of(step: Step, observed: Domain, host: Capabilities) -> Iterator[str]:
    match step.action:
        case Create() as action if observed.firmware and _loses_nvram(action, observed):
            yield f"{action.snapshot}: the UEFI variables (NVRAM) are not part of this snapshot"
        case Delete(snapshot=name) if host.libvirt < versions.MEMORY_FILE_REMOVED:
            gone = observed.tree.get(name)
            if gone and gone.memory.kind is MemoryKind.EXTERNAL:
                yield f"{name}: libvirt {host.version} leaves its memory file {gone.memory.file}"
        case _:
            return


def _loses_nvram(action: Create, observed: Domain) -> bool:
    """Trap 22: only an internal snapshot with qcow2 NVRAM holds the variables."""
    external = any(disk.file for disk in action.disks) or action.memory.file is not None
    return external or observed.firmware is None or observed.firmware.nvram_format != "qcow2"
