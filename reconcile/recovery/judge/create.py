"""The verdict on a create that failed or was cut off."""

from dataclasses import replace

from reconcile.model.action import Create
from reconcile.model.domain import Domain, DomainState
from reconcile.model.frozen import FrozenMapping
from reconcile.model.leftover import LostCurrent, PausedGuest
from reconcile.model.snapshot import Snapshot
from reconcile.recovery.call_context import CallContext
from reconcile.recovery.deviations import deviations
from reconcile.recovery.evidence import Evidence
from reconcile.recovery.leftovers import left_by_create
from reconcile.recovery.unfinished_create import brought_back, moved_disks
from reconcile.recovery.verdicts import ChangedByOthers, Completable, Done, NotDone, Verdict

TAG_ENTRY = "left over by an interrupted reconcile, about to be deleted"
"""The description of an entry made only so that libvirt can delete the tag behind it."""


def judge_create(context: CallContext, action: Create, evidence: Evidence) -> Verdict:
    """The verdict on a create: done, done but for its mark or a pause, or not done."""
    domain = evidence.domain
    if not deviations(context.after, domain):
        return Done()
    paused = _paused(context.before, domain)
    as_observed = replace(context.after, state=domain.state)
    if paused and not deviations(as_observed, domain):
        return Completable(None, paused)
    made = context.after.tree.get(action.snapshot)
    if made is not None and not deviations(_unmarked(as_observed, made), domain):
        return Completable(action, paused)
    return _not_in_effect(context, evidence, paused)


def _not_in_effect(
    context: CallContext, evidence: Evidence, paused: tuple[PausedGuest, ...]
) -> Verdict:
    """Without its leftovers the host is as before, or somebody else was there."""
    shown = _without_tag_entry(context, evidence.domain)
    moved = moved_disks(context, replace(evidence, domain=shown))
    back = brought_back(moved, context, shown)
    known = replace(shown, tree=back.tree)  # the disks lie on what will be merged back
    unmade = len(back.tree) == len(shown.tree)  # else libvirt deletes the tags with the snapshot
    tags = evidence.tags if unmade else FrozenMapping[str, tuple[str, ...]]()
    left = left_by_create(context, replace(evidence, domain=known, tags=tags))
    leftovers = (*moved, *left, *paused)
    expected = replace(context.before, state=evidence.domain.state) if paused else context.before
    found = deviations(expected, back)
    if not found:
        return NotDone(leftovers)
    pointer = _lost_pointer(context.before, expected, back)
    return NotDone((*leftovers, *pointer)) if pointer else ChangedByOthers(found, leftovers)


def _lost_pointer(before: Domain, expected: Domain, shown: Domain) -> tuple[LostCurrent, ...]:
    """No snapshot is current: libvirt writes two files, and was killed in between (12.8.0).

    The pointer is moved back only where all else is as before: it says on which overlays the disks
    lie, and a wrong one makes a later revert remove overlays that are in use.
    """
    current = before.tree.current
    if current is None:
        return ()
    pointed = replace(shown, tree=shown.tree.with_current(current))
    return () if deviations(expected, pointed) else (LostCurrent(current),)


def _without_tag_entry(context: CallContext, domain: Domain) -> Domain:
    """An entry that was made only to delete a tag counts as the tag alone."""
    found = domain.tree.get(context.action.snapshot)
    if found is None or found.description != TAG_ENTRY:
        return domain
    return replace(domain, tree=domain.tree.drop(found.name))


def _unmarked(domain: Domain, made: Snapshot) -> Domain:
    return replace(domain, tree=domain.tree.put(replace(made, mark=None)))


def _paused(before: Domain, observed: Domain) -> tuple[PausedGuest, ...]:
    """libvirt pauses a guest to save its memory, and nobody let it run on."""
    was_running = before.state is DomainState.RUNNING
    return (PausedGuest(),) if was_running and observed.state is DomainState.PAUSED else ()
