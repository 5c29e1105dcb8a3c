"""The states in which a call that is cut off can leave a host, as seen on real daemons.

A tag or an overlay without metadata, a part of a memory file, a paused guest, a snapshot flagged as
being deleted, a guest started for a merge, a pointer at neither snapshot.
"""

from collections.abc import Callable
from dataclasses import replace

from reconcile.model.action import Create, Delete, Redefine, Revert
from reconcile.model.desired import Metadata
from reconcile.model.domain import Domain, DomainState
from reconcile.model.snapshot import DiskKind, MemoryKind, Snapshot
from tests.simulation.effects import files_made, images_merged_into, images_tagged, tagged
from tests.simulation.world import Call, World


def halves(call: Call, world: World) -> dict[str, Callable[[], None]]:
    """The states in which a call that is cut off can leave the host, by name."""
    match call.action:
        case Create() as action:
            return _half_created(action, call, world)
        case Redefine(current=True):
            return {"the pointer is not moved": lambda: _put(world, _unpointed(call))}
        case Redefine():
            return {}
        case Delete() as action:
            return _half_deleted(action, call, world)
        case Revert():
            return _half_reverted(call, world)


def _half_reverted(call: Call, world: World) -> dict[str, Callable[[], None]]:
    ways: dict[str, Callable[[], None]] = {}
    if world.domain.active:
        ways["stopped"] = world.stop
    if call.before.tree.current is not None:
        ways["the pointer is lost"] = lambda: _put(world, _pointless(world.domain))
    return ways


def _half_created(action: Create, call: Call, world: World) -> dict[str, Callable[[], None]]:
    files, images = files_made(action), images_tagged(action, call.before)
    ways = _moved_or_lost(action, call, world)
    if files:
        ways["files are left"] = lambda: world.files.update(files)
    if images:
        ways["tags are left"] = lambda: world.tags.update((i, action.snapshot) for i in images)
    if images[1:]:
        ways["one tag is left"] = lambda: world.tags.add((images[0], action.snapshot))
    if call.before.state is DomainState.RUNNING and action.memory.kind is not MemoryKind.NONE:
        ways["paused"] = lambda: _put(world, replace(world.domain, state=DomainState.PAUSED))
        for name, leave in list(ways.items())[:2]:
            ways[f"paused, {name}"] = lambda leave=leave: _paused_and(world, leave)  # type: ignore[misc] # mypy cannot infer a lambda with a default
    if action.capture.metadata is Metadata.KEEP:
        ways["not marked"] = lambda: _unmarked(action, call, world)
    return ways


def _moved_or_lost(action: Create, call: Call, world: World) -> dict[str, Callable[[], None]]:
    ways: dict[str, Callable[[], None]] = {}
    pointed = call.before.tree.current is not None
    if pointed:
        ways["the pointer is lost"] = lambda: _put(world, _pointless(world.domain))
    if any(disk.kind is DiskKind.EXTERNAL for disk in action.disks):
        ways["disks are moved"] = lambda: _moved(world, call, files_made(action))
        if pointed:
            ways["both"] = lambda: _moved_and_lost(world, call, files_made(action))
    return ways


def _moved_and_lost(world: World, call: Call, files: set[str]) -> None:
    _moved(world, call, files)
    _put(world, _pointless(world.domain))


def _moved(world: World, call: Call, files: set[str]) -> None:
    _put(world, replace(world.domain, disks=call.after.disks))
    world.files.update(files)


def _pointless(domain: Domain) -> Domain:
    return replace(domain, tree=domain.tree.with_current(None))


def _paused_and(world: World, leave: Callable[[], None]) -> None:
    _put(world, replace(world.domain, state=DomainState.PAUSED))
    leave()


def _unmarked(action: Create, call: Call, world: World) -> None:
    made = replace(call.after.tree[action.snapshot], mark=None)
    world.completed(replace(call, after=replace(call.after, tree=call.after.tree.put(made))))


def _half_deleted(action: Delete, call: Call, world: World) -> dict[str, Callable[[], None]]:
    tree, gone = call.before.tree, call.before.tree[action.snapshot]
    moved = [replace(tree[name], parent=gone.parent) for name in tree.children(gone.name)]
    ways: dict[str, Callable[[], None]] = {}
    if moved:
        ways["children are moved"] = lambda: _put_tree(world, *moved)
    if action.metadata_only:
        return ways
    images = tagged(gone)
    if images:
        ways["tags are gone"] = lambda: _untag(world, images, gone.name)
    parent = tree.get(gone.parent)
    if gone.external and call.before.active and parent is not None:
        flagged = replace(parent, delete_in_progress=True)
        ways["flagged"] = lambda: _put_tree(world, flagged)
    if written := images_merged_into(action, call.before):
        ways["written"] = lambda: world.written.update(written)
    if gone.external and not call.before.active:
        ways["started"] = lambda: _started(world)
    return ways


def _put(world: World, domain: Domain) -> None:
    world.domain = domain


def _put_tree(world: World, *entries: Snapshot) -> None:
    world.domain = replace(world.domain, tree=world.domain.tree.put(*entries))


def _untag(world: World, images: list[str], name: str) -> None:
    world.tags -= {(image, name) for image in images}


def _unpointed(call: Call) -> Domain:
    current = call.before.tree.current
    return replace(call.after, tree=call.after.tree.with_current(current))


def _started(world: World) -> None:
    world.domain = replace(world.domain, state=DomainState.PAUSED)
    world.begin()
