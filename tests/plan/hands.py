"""What an administrator does on the host when a way out says so: one function per kind of way."""

import shlex
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from reconcile.model.action import Delete
from reconcile.model.desired import DesiredTree, Prune
from reconcile.model.domain import Disk, DomainState, Firmware
from reconcile.model.fact import Fact
from reconcile.model.images import ImageUse, Role, SavedMemory
from reconcile.model.snapshot import Memory, MemoryKind, Snapshot
from reconcile.model.way_out import Way, WayOut
from reconcile.rules.effect import transition
from tests.plan.situations import Situation
from tests.rules.notation import PLACE


def tree_of(now: Situation) -> DesiredTree:
    """Only what decides which undeclared snapshots go."""
    return DesiredTree(
        ("web01",),
        PLACE,
        prune=Prune(now.manifest["prune"]),
        ignore=tuple(now.manifest["ignore"]),
        forget=tuple(now.manifest["forget"]),
    )


def done(way: WayOut, now: Situation) -> Situation:  # noqa: C901 - one case for each kind
    """The situation after the way was followed on the host, or by an option of reconcile."""
    match way.way:
        case Way.POWER:
            return power(DomainState(way.subject), now)
        case Way.DEFINE:
            return _defined(way, now)
        case Way.METADATA:
            return _rewritten(way, now)
        case Way.COMMAND:
            for line in way.subject.split(" && "):
                now = _run(shlex.split(line), now)
            return now
        case Way.OPTION:
            return _given(way, now)
        case Way.PROVIDE:
            return _provided(way, now)
        case Way.UPGRADE:
            return _upgraded(way.subject, now)
        case Way.AGAIN:
            return now.with_domain(block_jobs=())
        case (
            Way.DECLARE
            | Way.CHOOSE
            | Way.UNDECLARE
            | Way.KEEP
            | Way.DROP
            | Way.TAKE
            | Way.FORGET
            | Way.APPROVE
            | Way.NONE
        ):
            raise AssertionError(f"{way.way} is an edit of the manifest")
    assert_never(way.way)


def power(state: DomainState, now: Situation) -> Situation:
    """A start uses up a managed save image; a guest that goes off ends its block jobs."""
    saved = now.observed.managed_save and state is DomainState.SHUTOFF
    jobs = () if state is DomainState.SHUTOFF else now.observed.block_jobs
    return now.with_domain(state=state, managed_save=saved, block_jobs=jobs)


def _defined(way: WayOut, now: Situation) -> Situation:
    match way.subject.split("."):
        case ["persistent"]:
            return now.with_domain(persistent=True)
        case ["devices", _]:
            return now.with_domain(unmigratable=())
        case ["disks", target, "transient"]:
            return now.with_disk(target, transient=False)
        case ["disks", target, "backingStore"]:
            return now.with_disk(target, chain_told=False, disagrees=False)
        case ["disks", target, "file"]:
            off = power(DomainState.SHUTOFF, now)
            return off.with_disk(target, path=way.value, backing=())
    raise AssertionError(f"nobody knows how to define {way.subject}")


def _rewritten(way: WayOut, now: Situation) -> Situation:
    match way.subject.split("."):
        case ["parent"]:
            return now.with_snapshot(way.snapshot, parent=way.value)
        case ["memory"]:
            right = Memory(MemoryKind.EXTERNAL, f"/images/{way.snapshot}.true.mem")
            return now.with_snapshot(way.snapshot, memory=right)
    raise AssertionError(f"nobody knows what {way.subject} of {way.snapshot} should be")


def _given(way: WayOut, now: Situation) -> Situation:
    if way.subject == "--allow-path":
        return replace(now, allowed=(*now.allowed, way.value))
    assert way.subject == "--target"
    return _claims_done(now)


def _claims_done(now: Situation) -> Situation:
    """The other domain's plan was applied: it lies on what it claimed."""
    for path in now.host.images.claims:
        use = ImageUse("other-uuid", "disk vda of domain db01", Role.DISK, writes=True)
        uses = {**now.host.images.uses, path: (use,)}
        now = now.with_images(uses=uses).with_image(path, exists=Fact.YES)
    return now.with_images(claims={})


def _upgraded(version: str, now: Situation) -> Situation:
    major, minor = map(int, version.split("."))
    new = (major, minor, 0)
    able = replace(now.host.capabilities, libvirt=new, external_revert=new >= (9, 9, 0))
    return replace(now, host=replace(now.host, capabilities=able))


def _provided(way: WayOut, now: Situation) -> Situation:
    what, name = way.subject, way.value
    known: dict[str, Callable[[], Situation]] = {
        "file": lambda: now.with_image(name, exists=Fact.YES),
        "image of its own": lambda: now.without_others(name),
        "other domain off": lambda: now.with_others_off(name),
        "access": lambda: now.with_images(unread=()),
        "sight": lambda: now.with_image(name, exists=Fact.NO),
        "agent": lambda: now.with_domain(agent=True),
        "volume": lambda: _volume(now),
        "qcow2 image": lambda: now.with_disk(name, format="qcow2"),
        "no data file": lambda: now.with_disk(name, data_file=False),
        "qcow2 NVRAM": lambda: now.with_domain(firmware=Firmware(name, "qcow2")),
        "network": lambda: _resource(name, now),
        "device": lambda: _resource(name, now),
        "secret": lambda: _resource(name, now),
        "machine": lambda: _resource(name, now),
        "memory": lambda: now.with_image(name, memory=SavedMemory(now.observed.uuid)),
    }
    if what.startswith("tag "):
        tag = what.removeprefix("tag ")
        return now.with_image(name, tags=(*(now.host.images.tags(name) or ()), tag))
    return known[what]()


def _volume(now: Situation) -> Situation:
    disks = (
        replace(disk, path=f"/images/{disk.target}.qcow2") if disk.path is None else disk
        for disk in now.observed.disks
    )
    return now.with_domain(disks=tuple(disks))


def _resource(name: str, now: Situation) -> Situation:
    known = {
        each: Fact.YES if each.name == name else fact for each, fact in now.host.resources.items()
    }
    return replace(now, host=replace(now.host, resources=known))


def _run(words: list[str], now: Situation) -> Situation:
    match words:
        case ["virsh", verb, domain, *rest]:
            assert domain == now.observed.name
            return _virsh(verb, rest, now)
        case ["qemu-img", "create", "-f", "qcow2", "-F", _, "-b", base, path]:
            below = now.host.images.below(base) or ()
            return now.with_image(path, exists=Fact.YES, below=(base, *below))
        case ["qemu-img", "bitmap", "--remove", path, _]:
            return now.with_image(path, bitmaps=())
        case ["qemu-img", "snapshot", "-d", tag, path]:
            left = (each for each in now.host.images.tags(path) or () if each != tag)
            return now.with_image(path, tags=tuple(left))
        case ["rm", "--", path]:
            return now.with_image(path, exists=Fact.NO)
    raise AssertionError(f"nobody knows how to run {shlex.join(words)}")


def _virsh(verb: str, words: list[str], now: Situation) -> Situation:  # noqa: C901, PLR0911 - one case for each kind
    domain = now.observed
    match verb, words:
        case "managedsave-remove", []:
            return now.with_domain(managed_save=False)
        case "snapshot-current", [name]:
            return now.with_domain(tree=domain.tree.with_current(name))
        case "checkpoint-delete", [name]:
            left = (each for each in domain.checkpoints if each != name)
            return now.with_domain(checkpoints=tuple(left))
        case "blockjob", [target, "--abort"]:
            return now.with_domain(block_jobs=tuple(j for j in domain.block_jobs if j != target))
        case "attach-disk", [
            path,
            target,
            "--driver",
            "qemu",
            "--subdriver",
            "qcow2",
            "--persistent",
        ]:
            return now.with_domain(disks=(*domain.disks, Disk(target, path)))
        case "blockpull", [target, "--wait"]:
            return now.with_disk(target, backing=())
        case "blockcommit", [target, "--active", "--pivot", "--base", path]:
            return _merged(target, path, now)
        case "snapshot-delete", [name]:
            return _deleted(name, now)
        case "snapshot-create", ["DUMP", "--redefine"]:
            return now.with_domain(tree=domain.tree.put(*map(_whole, domain.tree)))
    raise AssertionError(f"nobody knows virsh {verb} {words}")


def _merged(target: str, path: str, now: Situation) -> Situation:
    disk = now.observed.disk(target)
    assert disk is not None
    assert disk.path is not None
    chain = disk.backing or now.host.images.below(disk.path) or ()
    below = chain[chain.index(path) + 1 :]
    running = power(DomainState.RUNNING, now)
    return running.with_disk(target, path=path, backing=below, disagrees=False)


def _deleted(name: str, now: Situation) -> Situation:
    """Deleting again finishes what was cut off."""
    for each in now.observed.tree:
        now = now.with_snapshot(each.name, delete_in_progress=False)
    after = transition(now.observed, Delete(name), now.host.capabilities)
    return replace(now, observed=after)


def _whole(snapshot: Snapshot) -> Snapshot:
    """Its metadata with the files that it lay on."""
    return snapshot if snapshot.base else replace(snapshot, base=(("vda", "/images/vda.A"),))
