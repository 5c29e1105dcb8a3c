"""Ways out as they are in a plan: which of them are open, and which edit withdraws a wish.

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
from reconcile.rules.effect import simulate
from reconcile.rules.refusals import NO_WAY

_LATER = {Way.UPGRADE, Way.NONE}  # not today, for most people


def at_this_step(refusal: Refusal, steps: tuple[Step, ...]) -> Refusal:
    """The refusal where a revert of the same plan has changed the state of the domain before.

    What the domain is brought into now is of no use then: the revert decides what it will be.
    """
    reverts = [index for index, step in enumerate(steps) if isinstance(step.action, Revert)]
    if not reverts:
        return refusal
    after = steps[reverts[-1] :]
    placed = next((s.action.snapshot for s in after if isinstance(s.action, Create)), None)
    entry = "" if after[0].reason is not Reason.PLACE else placed or refusal.snapshot or ""
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
    """Have the revert leave the domain in this state; `entry` is taken right after it, if any."""
    if entry:
        words = f"declare `capture: {{when: {state}}}` for {entry}, which the revert then obeys"
        return WayOut(Way.DECLARE, words, "capture.when", state, entry)
    words = f"declare `current: {{run-state: {state}}}`"
    return WayOut(Way.DECLARE, words, "current.run-state", state)


def placing(refusal: Refusal, entry: str, below: str | None) -> Refusal:
    """The refusal of a revert that only serves to take `entry` below another snapshot."""
    ways = tuple(
        run_state(way.value, entry) if way.subject == "current.run-state" else way
        for way in refusal.ways
    )
    elsewhere = WayOut(Way.DECLARE, f"declare {entry} below {below}", "parent", below or "", entry)
    return _also(refusal, ways, elsewhere if below else out_of_the_manifest(entry))


def making_current(refusal: Refusal) -> Refusal:
    """The refusal of a revert to the declared current snapshot."""
    return _also(refusal, refusal.ways, WayOut(Way.UNDECLARE, "remove `current`", "current"))


def out_of_the_manifest(entry: str) -> WayOut:
    """Not to ask for a snapshot that is not there."""
    return WayOut(Way.DROP, f"take {entry} out of the manifest", snapshots=(entry,))


def _also(refusal: Refusal, ways: tuple[WayOut, ...], withdrawn: WayOut) -> Refusal:
    """With a wish that can be withdrawn, where nothing else helps soon."""
    soon = any(way.way not in _LATER for way in ways)
    return _with(refusal, ways if soon else (*ways, withdrawn))


def _with(refusal: Refusal, ways: Iterator[WayOut] | tuple[WayOut, ...]) -> Refusal:
    kept = tuple(way for way in ways if way != NO_WAY)
    return refusal.with_ways(kept or (NO_WAY,))


def followable(
    refusal: Refusal, desired: DesiredTree, observed: Domain, host: Capabilities
) -> Refusal:
    """The refusal with the ways that are open on this host, and one at least."""
    open_ways = (_open(way, desired, observed, host) for way in refusal.ways)
    found = _with(refusal, tuple(way for way in open_ways if way is not None))
    if found.ways != (NO_WAY,) or refusal.snapshot is None:
        return found
    if refusal.snapshot in observed.tree:
        keep = WayOut(Way.KEEP, "keep it as it is", snapshots=(refusal.snapshot,))
        return found.with_ways((keep,))
    return found.with_ways((out_of_the_manifest(refusal.snapshot),))


def _open(way: WayOut, desired: DesiredTree, observed: Domain, host: Capabilities) -> WayOut | None:
    match way.way:
        case Way.FORGET:
            return way if _legal(way, observed, host, metadata_only=True) else None
        case Way.DROP if any(name in observed.tree for name in way.snapshots):
            return _dropped(way, desired, observed, host)
        case _:
            return way


def _dropped(
    way: WayOut, desired: DesiredTree, observed: Domain, host: Capabilities
) -> WayOut | None:
    """What `prune:` leaves alone must be deleted by hand."""
    gone = [observed.tree[name] for name in way.snapshots if name in observed.tree]
    if any(each.protected for each in gone) or not _legal(way, observed, host):
        return None
    if all(is_pruned(desired, each) for each in gone):
        return way
    deletes = (f"virsh snapshot-delete {quote(observed.name)} {quote(n.name)}" for n in gone)
    line = " && ".join(deletes)
    return WayOut(Way.COMMAND, f"{way.words} (`{line}`)", line)


def _legal(
    way: WayOut, observed: Domain, host: Capabilities, *, metadata_only: bool = False
) -> bool:
    names = (name for name in way.snapshots if name in observed.tree)
    deletes = tuple(Delete(name, metadata_only=metadata_only) for name in names)
    return not isinstance(simulate(observed, deletes, host), Refusal)


def positioned(refusal: Refusal, desired: DesiredTree) -> Refusal:
    """The refusal with its place in the manifest: its entry, or the document."""
    entries = (each.position for each in desired.snapshots if each.name == refusal.snapshot)
    return replace(refusal, position=next(entries, desired.position))
