"""Ways out of a refusal within a plan: which are open, and which edit withdraws a wish.

A way that leads to the next refusal is none. Rules know one call; here its place in the plan, the
manifest and the snapshots that a way names are known, too.
"""

from collections.abc import Iterator
from dataclasses import replace
from shlex import quote

from reconcile.diff.tree import is_pruned
from reconcile.model.action import Create, Delete, Revert
from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain, DomainState
from reconcile.model.host import Capabilities
from reconcile.model.plan import Reason, Refusal, Step
from reconcile.model.way_out import Way, WayOut
from reconcile.rules import branch
from reconcile.rules.effect import simulate
from reconcile.rules.files import misplaced
from reconcile.rules.refusals import NO_WAY, Code


def at_this_step(refusal: Refusal, steps: tuple[Step, ...]) -> Refusal:
    """The refusal without ways that set a state which a revert of the same plan sets again.

    What the domain is brought into now is of no use then: the revert decides what it will be.
    """
    reverts = [index for index, step in enumerate(steps) if isinstance(step.action, Revert)]
    if not reverts:
        return refusal
    after = steps[reverts[-1] :]
    placed = next((s.action.snapshot for s in after if isinstance(s.action, Create)), None)
    entry = "" if after[0].reason is not Reason.PLACE else placed or refusal.snapshot or ""
    return reverting(refusal, entry)


def reverting(refusal: Refusal, entry: str) -> Refusal:
    """The refusal where a revert decides what state the domain is in; `entry` is taken after it."""
    return _with(refusal, (each for way in refusal.ways for each in _reverted(way, entry)))


def _reverted(way: WayOut, entry: str) -> Iterator[WayOut]:
    match way.way:
        case Way.POWER if way.subject != DomainState.SHUTOFF:
            yield run_state(way.subject, entry)
        case Way.POWER:
            return
        case Way.PROVIDE if way.subject == "agent":
            return
        case _:
            yield way


def run_state(state: str, entry: str) -> WayOut:
    """The way out by which the revert leaves the domain in `state`; then `entry` is taken."""
    if entry:
        words = f"declare `capture: {{when: {state}}}` for {entry}, which the revert then obeys"
        return WayOut(Way.DECLARE, words, "capture.when", state, entry)
    words = f"declare `current: {{run-state: {state}}}`"
    return WayOut(Way.DECLARE, words, "current.run-state", state)


def placing(refusal: Refusal, entry: str, *, again: bool) -> Refusal:
    """The refusal of a revert that only serves to take `entry` below another snapshot.

    `again`: the snapshot exists as another kind, and is taken again.
    """
    ways = (
        run_state(way.value, entry) if way.subject == "current.run-state" else way
        for way in refusal.ways
    )
    kept = WayOut(Way.KEEP, f"declare the kind that {entry} has", snapshots=(entry,))
    return _with(refusal, (*ways, kept) if again else ways)


def _with(refusal: Refusal, ways: Iterator[WayOut] | tuple[WayOut, ...]) -> Refusal:
    kept = tuple(way for way in ways if way != NO_WAY)
    return refusal.with_ways(kept or (NO_WAY,))


def followable(
    refusal: Refusal, desired: DesiredTree, observed: Domain, host: Capabilities
) -> Refusal:
    """The refusal with the ways that are open on this host, and one at least that is open soon."""
    found = open_ways(refusal, desired, observed, host)
    helpless = found.ways == (NO_WAY,) or all(way.way is Way.UPGRADE for way in found.ways)
    if not helpless or refusal.snapshot is None:
        return found
    return _with(refusal, (*found.ways, withdrawal(refusal.snapshot, desired, observed)))


def open_ways(
    refusal: Refusal, desired: DesiredTree, observed: Domain, host: Capabilities
) -> Refusal:
    """The refusal with those of its ways that are open on this host; that there is none, else."""
    planned = refusal.code == Code.TREE_MISPLACED and misplaced(observed) is None
    offered = () if planned else refusal.ways  # the host is right: nothing is to be mended there
    ways = (_open(way, refusal, desired, observed, host) for way in offered)
    return _with(refusal, tuple(way for way in ways if way is not None))


def withdrawal(name: str, desired: DesiredTree, observed: Domain) -> WayOut:
    """The edit of the manifest that no longer asks for what is refused to this snapshot."""
    if not _exists(name, desired, observed):
        return _out(name)
    if all(entry.name != name for entry in desired.snapshots):
        return WayOut(Way.KEEP, "keep it", snapshots=(name,))
    above = desired.current is not None and desired.current.snapshot == name
    placed = _missing_below(name, desired, observed)
    if above:
        rest = f", and take {', '.join(placed)} out of the manifest" if placed else ""
        return WayOut(Way.UNDECLARE, f"remove `current`{rest}", "current", snapshots=placed)
    if not placed:
        return WayOut(Way.KEEP, "declare it as it is", snapshots=(name,))
    here = _declared_here(desired, observed)
    if here is None or len(placed) > 1:
        return _out(*placed)
    return WayOut(Way.DECLARE, f"declare {placed[0]} below {here}", "parent", here, placed[0])


def _missing_below(name: str, desired: DesiredTree, observed: Domain) -> tuple[str, ...]:
    """The entries that are to be taken below a snapshot; parents come first."""
    found: list[str] = []
    for entry in desired.snapshots:
        here = _exists(entry.name, desired, observed)
        if not here and entry.parent in {name, *found}:
            found.append(entry.name)
    return tuple(found)


def _exists(name: str, desired: DesiredTree, observed: Domain) -> bool:
    """Whether the host has the snapshot, perhaps under the name that it had before."""
    old = (entry.renamed_from for entry in desired.snapshots if entry.name == name)
    return name in observed.tree or next(old, None) in observed.tree


def _out(*names: str) -> WayOut:
    return WayOut(Way.DROP, f"take {', '.join(names)} out of the manifest", snapshots=names)


def _declared_here(desired: DesiredTree, observed: Domain) -> str | None:
    """The declared snapshot below which the next one comes, once what is not declared is gone."""
    declared = {entry.name: entry.name for entry in desired.snapshots}
    declared |= {entry.renamed_from or entry.name: entry.name for entry in desired.snapshots}
    for name in observed.tree.lineage(observed.tree.current):
        if name in declared:
            return declared[name]
        if name not in desired.forget and not is_pruned(desired, observed.tree[name]):
            return None
    return None


def _open(
    way: WayOut, refusal: Refusal, desired: DesiredTree, observed: Domain, host: Capabilities
) -> WayOut | None:
    match way.way:
        case Way.FORGET:
            after = _deleted(way, observed, host, metadata_only=True)
            return None if isinstance(after, Refusal) else way
        case Way.DROP if any(name in observed.tree for name in way.snapshots):
            after = _deleted(way, observed, host)
            if isinstance(after, Refusal) or _useless(refusal, desired, observed, after, host):
                return None
            return _by_hand_too(way, desired, observed)
        case _:
            return way


def _deleted(
    way: WayOut, observed: Domain, host: Capabilities, *, metadata_only: bool = False
) -> Domain | Refusal:
    """The domain without the snapshots that the way names."""
    names = (name for name in way.snapshots if name in observed.tree)
    deletes = tuple(Delete(name, metadata_only=metadata_only) for name in names)
    return simulate(observed, deletes, host)


def _useless(
    refusal: Refusal,
    desired: DesiredTree,
    observed: Domain,
    after: Domain,
    host: Capabilities,
) -> bool:
    """Whether what is refused could not be done after it, either, or no snapshot would be left."""
    name = refusal.snapshot
    if name is None or name not in after.tree:
        return False
    deleted = any(way.way is Way.KEEP and name in way.snapshots for way in refusal.ways)
    if deleted and _comes_below(name, desired, observed):
        return True
    found = simulate(after, (Delete(name) if deleted else Revert(name),), host)
    if isinstance(found, Refusal):
        return True
    added = any(entry.name not in after.tree for entry in desired.snapshots)
    return not found.tree and not added


def _comes_below(name: str, desired: DesiredTree, observed: Domain) -> bool:
    """Whether something is to be taken on what lies on a snapshot: its delete meets that, too."""
    lying = branch.branch(observed.tree, name)
    return any(_missing_below(each, desired, observed) for each in lying)


def _by_hand_too(way: WayOut, desired: DesiredTree, observed: Domain) -> WayOut | None:
    """Protected ones stay; what `prune:` leaves alone must be deleted by hand."""
    gone = [observed.tree[name] for name in way.snapshots if name in observed.tree]
    if any(each.protected for each in gone):
        return None
    if all(is_pruned(desired, each) for each in gone):
        return way
    deletes = (f"virsh snapshot-delete {quote(observed.name)} {quote(n.name)}" for n in gone)
    line = " && ".join(deletes)
    return WayOut(Way.COMMAND, f"{way.words} (`{line}`)", line)


def positioned(refusal: Refusal, desired: DesiredTree) -> Refusal:
    """The refusal with its position in the manifest: its entry, or the document."""
    entries = (each.position for each in desired.snapshots if each.name == refusal.snapshot)
    return replace(refusal, position=next(entries, desired.position))
