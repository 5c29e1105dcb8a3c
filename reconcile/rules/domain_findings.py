"""What of one domain is wasteful, or will be refused once a snapshot is to be taken or deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote

from reconcile.model.domain import Domain
from reconcile.model.finding import Finding, FindingCode
from reconcile.model.host import Capabilities
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.rules import versions
from reconcile.rules.disk_features import NO_FILES, same_stem

DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """The thresholds of `doctor`: images of a deep chain, and days of an old snapshot.

    `now` is the present time, in seconds since the epoch.
    """

    now: int
    depth: int = 10
    days: int = 90


def domain_findings(domain: Domain, host: Capabilities, limits: Limits) -> Iterator[Finding]:
    """Findings about a domain that need no look at its images."""
    yield from _standing_in_the_way(domain)
    yield from _disks(domain, host, limits)
    if len(domain.tree) and domain.tree.current is None:
        yield _no_current(domain)
    for snapshot in domain.tree.topological():
        yield from _snapshot(snapshot, domain, limits)


def _standing_in_the_way(domain: Domain) -> Iterator[Finding]:
    """What makes libvirt refuse most operations on the domain's snapshots, whatever they are."""
    name = quote(domain.name)
    if domain.managed_save:
        yield Finding(
            FindingCode.MANAGED_SAVE,
            "",
            "the domain has a managed save image: no snapshot is taken, reverted to or deleted",
            f"start the domain, or drop the image with `virsh managedsave-remove {name}`",
        )
    if domain.checkpoints:
        commands = (f"virsh checkpoint-delete {name} {quote(c)}" for c in domain.checkpoints)
        yield Finding(
            FindingCode.CHECKPOINTS,
            "",
            f"it has checkpoints ({', '.join(domain.checkpoints)}): internal snapshots are refused",
            f"`{' && '.join(commands)}`, once no backup needs them",
        )
    for target in domain.block_jobs:
        yield Finding(
            FindingCode.BLOCK_JOB,
            f"disk {target}",
            "a block job runs on it: no snapshot is taken, reverted to or deleted",
            f"let it end, or cancel it with `virsh blockjob {name} {quote(target)} --abort`",
        )
    if domain.unmigratable:
        yield Finding(
            FindingCode.DEVICE_UNMIGRATABLE,
            "",
            f"the memory of a guest with {', '.join(domain.unmigratable)} cannot be saved",
            "take its snapshots while it is off, or external ones with `memory: none`",
        )


def _disks(domain: Domain, host: Capabilities, limits: Limits) -> Iterator[Finding]:
    if domain.firmware is not None and domain.firmware.nvram_format != "qcow2":
        yield _raw_variables(domain)
    for disk in domain.disks:
        depth = 1 + len(disk.backing)
        if depth > limits.depth:
            most = versions.chain_limit(host)
            yield Finding(
                FindingCode.CHAIN_DEEP,
                f"disk {disk.target}",
                f"its chain has {depth} images; this libvirt starts at most {most}",
                "delete external snapshots that nobody needs",
            )
        if disk.writable and len(domain.tree) and not _is_held(domain, disk.target):
            yield Finding(
                FindingCode.DISK_EXCLUDED,
                f"disk {disk.target}",
                "no snapshot holds it: a revert does not bring its data back",
                f"declare it under `disks:` of the next one, or `{disk.target}: none` if meant so",
            )


def _raw_variables(domain: Domain) -> Finding:
    file = domain.firmware.nvram if domain.firmware and domain.firmware.nvram else "NVRAM"
    return Finding(
        FindingCode.FIRMWARE_NVRAM,
        "",
        "its UEFI variables are in a raw file: no snapshot holds them",
        f"convert {file} to qcow2 and say `format='qcow2'` in `<nvram>` (`virsh edit`), if "
        "internal snapshots shall hold them",
    )


def _is_held(domain: Domain, target: str) -> bool:
    taken = (snapshot.disk(target) for snapshot in domain.tree)
    return any(disk is not None and disk.kind is not DiskKind.NONE for disk in taken)


def _no_current(domain: Domain) -> Finding:
    name = quote(domain.name)
    return Finding(
        FindingCode.NO_CURRENT,
        "",
        "no snapshot is current: libvirt does not know on which of them the disks lie",
        f"say it with `virsh snapshot-current {name} SNAPSHOT`, or revert to one",
    )


def _snapshot(snapshot: Snapshot, domain: Domain, limits: Limits) -> Iterator[Finding]:
    name, age = snapshot.name, (limits.now - snapshot.created) // DAY
    if snapshot.created and age > limits.days:
        yield Finding(
            FindingCode.SNAPSHOT_OLD,
            name,
            f"it is {age} days old, and holds all that was overwritten since",
            "delete it, if nobody needs it",
        )
    if snapshot.delete_in_progress:
        children = domain.tree.children(name)
        again = quote(children[0]) if children else "CHILD"
        yield Finding(
            FindingCode.DELETE_IN_PROGRESS,
            name,
            "a delete into it was cut off and is not finished",
            f"`virsh snapshot-delete {quote(domain.name)} {again}`",
        )
    parent = domain.tree.get(snapshot.parent)
    if snapshot.external and parent is not None and not parent.external:
        yield Finding(
            FindingCode.EXTERNAL_INTERNAL_PARENT,
            name,
            f"it is external and its parent {parent.name} is internal: libvirt deletes neither it "
            f"nor what lies on it before {parent.name}",
            f"delete {parent.name} first, if one of them shall go",
        )
    why = _no_revert(snapshot) if snapshot.external else None
    if why is not None:
        yield Finding(
            FindingCode.REVERT_EXTERNAL,
            name,
            f"{why}: libvirt cannot revert to it",
            "its data can be merged by a delete, or be read with `qemu-img convert`",
        )


def _no_revert(snapshot: Snapshot) -> str | None:
    """Why a revert cannot give each disk of an external snapshot an overlay (11.3.0, 12.8.0)."""
    for target, source in snapshot.sources:
        if source in NO_FILES:
            return f"disk {target} lay on a {source} source"
    definition = snapshot.definition
    for word, targets in (("shareable", definition.shareable), ("transient", definition.transient)):
        if targets:
            return f"disk {targets[0]} was {word}"
    meeting = same_stem(snapshot.base)
    if meeting is None:
        return None
    first, second, stem = meeting
    return f"the images of disks {first} and {second} both begin with {stem}"
