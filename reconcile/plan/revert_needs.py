"""Needs of the definition in a snapshot, looked at before a revert stops the guest.

libvirt stops the guest before it looks (trap 9). What is missing then leaves the guest off, and
for a snapshot taken off that is to be started, half of the revert done (9.0.0, 11.3.0, 12.8.0).
"""

from collections.abc import Iterator
from shlex import quote

from reconcile.model.action import Revert
from reconcile.model.definition import Need, Requirement
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.host import Host
from reconcile.model.images import ImageGraph
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import Snapshot
from reconcile.rules.file_effects import outside, tagged
from reconcile.rules.refusals import Code, refuse

_CODES = {
    Need.MEDIUM: Code.MEDIUM_MISSING,
    Need.DISK: Code.FILE_MISSING,
    Need.FILE: Code.FILE_MISSING,
    Need.EMULATOR: Code.FILE_MISSING,
    Need.NVRAM: Code.FILE_MISSING,
    Need.NETWORK: Code.NETWORK_MISSING,
    Need.DEVICE: Code.DEVICE_MISSING,
    Need.USB_DEVICE: Code.DEVICE_MISSING,
    Need.HOST_INTERFACE: Code.DEVICE_MISSING,
    Need.SECRET: Code.SECRET_MISSING,
    Need.MACHINE: Code.MACHINE_UNKNOWN,
    Need.CPU_MODEL: Code.MACHINE_UNKNOWN,
    Need.DOMAIN_TYPE: Code.MACHINE_UNKNOWN,
}
_ASSUMED = frozenset({Need.MACHINE, Need.CPU_MODEL, Need.DOMAIN_TYPE})
"""What a host that cannot tell is believed to know: it knew when the snapshot was taken."""


def objections(action: Revert, target: Snapshot, host: Host) -> Iterator[Refusal]:
    """A refusal for each missing thing without which a revert to `target` fails."""
    for needed in _needed(action, target):
        if _present(needed, host) is Fact.NO and _fails(needed, action, target, host):
            facts = {"path": needed.name, "user": needed.user}
            yield refuse(_CODES[needed.need], target.name, **facts)


def damaged_memory(target: Snapshot, domain: Domain, images: ImageGraph) -> Iterator[Refusal]:
    """A refusal for saved memory that libvirt would not load."""
    path = target.memory.file
    said = images.memory(path) if path else None
    if said is None:
        return
    why = said.damage
    if not why and said.domain not in {"", domain.uuid}:
        why = f"holds the memory of another domain (UUID {said.domain})"
    if why:
        yield refuse(Code.MEMORY_DAMAGED, target.name, path=path, why=why)


def bitmaps(target: Snapshot, domain: Domain, images: ImageGraph) -> Iterator[Refusal]:
    """A refusal for each image whose dirty bitmaps are in the way of its internal snapshot.

    Of several disks libvirt has set some back before it fails (9.0.0, 11.3.0, 12.8.0).
    """
    for path in dict.fromkeys(path for _, path in tagged(target)):
        found = () if domain.checkpoints else images.bitmaps(path)
        if found:
            lines = (f"qemu-img bitmap --remove {quote(path)} {quote(name)}" for name in found)
            facts = {"bitmaps": found, "commands": " && ".join(lines)}
            yield refuse(Code.IMAGE_BITMAPS, target.name, path=path, **facts)


def warnings(action: Revert, target: Snapshot, host: Host) -> Iterator[str]:
    """A sentence for each missing thing without which the domain will not start after a revert."""
    for needed in _needed(action, target):
        present = _present(needed, host)
        if present is Fact.NO and not _fails(needed, action, target, host):
            yield _later(needed, target)
        if present is Fact.UNKNOWN and not needed.is_file and needed.need not in _ASSUMED:
            yield f"{target.name}: nobody could see whether {needed.need} {needed.name} exists"


def _needed(action: Revert, target: Snapshot) -> Iterator[Requirement]:
    """What the definition needs beside the data of the snapshot, each thing once."""
    held = {path for _, path in (*outside(target), *tagged(target))}
    seen: set[tuple[Need, str]] = set()
    for each in target.definition.requires:
        if each.name not in held and (each.need, each.name) not in seen:
            seen.add((each.need, each.name))
            yield each
        if action.reset_nvram and each.template:
            yield Requirement(Need.FILE, each.template, each.user)


def _later(needed: Requirement, target: Snapshot) -> str:
    if needed.need is Need.NVRAM:
        return (
            f"{target.name}: the UEFI variables in {needed.name} are gone: libvirt makes new ones "
            "from the template"
        )
    if target.state.active or needed.optional_at_boot:
        return f"{target.name}: {needed.user} comes back without {needed.name}"
    return (
        f"{target.name}: the domain will not start until the {needed.need} {needed.name} is "
        f"back, which {needed.user} needs"
    )


def _present(needed: Requirement, host: Host) -> Fact | None:
    if needed.is_file:
        return host.images.exists(needed.name)
    return host.resources.get(needed)


def _fails(needed: Requirement, action: Revert, target: Snapshot, host: Host) -> bool:
    """An external snapshot gets an overlay on every file, whatever the policy (11.3.0, 12.8.0)."""
    if target.external and needed.need in {Need.MEDIUM, Need.DISK}:
        return True
    if needed.need is Need.EMULATOR:  # asked for the definition's sake, also of a domain left off
        return True
    if needed.need is Need.NVRAM and host.images.exists(needed.template) is not Fact.NO:
        return False
    return action.starts(target) and not needed.optional
