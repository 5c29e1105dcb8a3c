"""Needs of the definition in a snapshot, looked at before a revert stops the guest.

libvirt stops the guest before it looks (trap 9). What is missing then leaves the guest off, and
for a snapshot taken off that is to be started, half of the revert done (9.0.0, 11.3.0, 12.8.0).
"""

from collections.abc import Iterator

from reconcile.model.action import Revert
from reconcile.model.definition import Need, Requirement
from reconcile.model.fact import Fact
from reconcile.model.host import Host
from reconcile.model.plan import Refusal
from reconcile.model.snapshot import Snapshot
from reconcile.rules.file_effects import outside, tagged
from reconcile.rules.refusals import Code, refuse

_CODES = {
    Need.MEDIUM: Code.MEDIUM_MISSING,
    Need.DISK: Code.FILE_MISSING,
    Need.FILE: Code.FILE_MISSING,
    Need.NVRAM: Code.FILE_MISSING,
    Need.NETWORK: Code.NETWORK_MISSING,
    Need.DEVICE: Code.DEVICE_MISSING,
}


def objections(action: Revert, target: Snapshot, host: Host) -> Iterator[Refusal]:
    """A refusal for each missing thing without which a revert to `target` fails."""
    for needed in _needed(target):
        if _present(needed, host) is Fact.NO and _fails(needed, action, target):
            facts = {"path": needed.name, "user": needed.user}
            yield refuse(_CODES[needed.need], target.name, **facts)


def warnings(action: Revert, target: Snapshot, host: Host) -> Iterator[str]:
    """A sentence for each missing thing without which the domain will not start after a revert."""
    for needed in _needed(target):
        present = _present(needed, host)
        if present is Fact.NO and not _fails(needed, action, target):
            yield from _later(needed, target)
        if present is Fact.UNKNOWN and not needed.is_file:
            yield f"{target.name}: nobody could see whether {needed.need} {needed.name} exists"


def _needed(target: Snapshot) -> Iterator[Requirement]:
    """What the definition needs beside the data of the snapshot, which is looked at as such."""
    held = {path for _, path in (*outside(target), *tagged(target))}
    return (each for each in target.definition.requires if each.name not in held)


def _later(needed: Requirement, target: Snapshot) -> Iterator[str]:
    if needed.need is Need.NVRAM:
        yield (
            f"{target.name}: the UEFI variables in {needed.name} are gone: libvirt makes new ones "
            "from the template"
        )
    elif target.state.active or needed.optional_at_boot:
        yield f"{target.name}: {needed.user} comes back without its medium {needed.name}"
    else:
        yield (
            f"{target.name}: the domain will not start until the {needed.need} {needed.name} is "
            f"back, which {needed.user} needs"
        )


def _present(needed: Requirement, host: Host) -> Fact | None:
    if needed.is_file:
        return host.images.exists(needed.name)
    return host.resources.get((needed.need, needed.name))


def _fails(needed: Requirement, action: Revert, target: Snapshot) -> bool:
    """An external snapshot gets an overlay on every file, whatever the policy (11.3.0, 12.8.0)."""
    if target.external and needed.need in {Need.MEDIUM, Need.DISK}:
        return True
    return action.starts(target) and not needed.optional
