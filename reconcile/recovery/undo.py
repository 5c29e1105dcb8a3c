"""The test whether a finished step may still be undone: its effect is there, nobody built on it."""

from dataclasses import replace

from reconcile.model.action import Action, Create, Delete, Redefine, Revert
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal, Step
from reconcile.model.snapshot import MemoryKind
from reconcile.recovery.deviations import snapshot_deviations
from reconcile.rules.effect import effect


def objection(step: Step, after: Domain, observed: Domain, host: Capabilities) -> str | None:
    """The reason why the step must not be undone on the host as it is; None where it may be.

    `after` is the domain that the step led to.
    """
    if step.inverse is None:
        return "nothing undoes it"
    reason = _changed(step.action, after, observed) or _needed(step.action, after, observed)
    if reason is not None:
        return reason
    back = effect(observed, step.inverse, host)
    return back.message if isinstance(back, Refusal) else None


def present(action: Action, after: Domain, observed: Domain) -> bool:
    """Whether the action's own effect is on the host, whatever else has moved."""
    if isinstance(action, Revert):
        return observed.tree.current == action.snapshot == after.tree.current
    if isinstance(action, Redefine) and action.current:
        return observed.tree.current == action.snapshot
    return _changed(action, after, observed) is None


def _changed(action: Action, after: Domain, observed: Domain) -> str | None:
    name = action.snapshot
    expected, found = after.tree.get(name), observed.tree.get(name)
    if expected is None:
        return f"snapshot {name} is there" if found is not None else None
    if found is None:
        return f"snapshot {name} is gone already"
    if isinstance(action, Create):  # ours wherever libvirt put it: below what somebody took first
        expected = replace(expected, parent=found.parent)
    return next(snapshot_deviations(expected, found), None)


def _needed(action: Action, after: Domain, observed: Domain) -> str | None:
    """What would be lost with it though it is not ours: other snapshots, the guest's memory."""
    match action:
        case Create(snapshot=name) if observed.tree.children(name):
            children = ", ".join(observed.tree.children(name))
            return f"somebody took snapshots below it: {children}"
        case Create(memory=memory) if memory.kind is not MemoryKind.NONE and after.active:
            gone = observed.state is not after.state
            return f"the guest is {observed.state}, and it holds its memory" if gone else None
        case Redefine(snapshot=name, current=True) if observed.tree.current != name:
            return f"the current snapshot is not {name} any more"
        case Create() | Redefine() | Delete() | Revert():
            return None
