"""The inverse of an action, where anything undoes it. The rules decide, not a table."""

from dataclasses import replace

from reconcile.model.action import Action, Create, Delete, Redefine
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.plan import Refusal
from reconcile.rules.effect import effect


def inverse(action: Action, before: Domain, after: Domain, host: Capabilities) -> Action | None:
    """The action that leads from `after` back to `before`, or None where none does."""
    candidate = _candidate(action, before, after)
    if candidate is None:
        return None
    back = effect(after, candidate, host)
    if isinstance(back, Refusal) or (back.tree, back.state) != (before.tree, before.state):
        return None
    return candidate


def _candidate(action: Action, before: Domain, after: Domain) -> Action | None:
    match action:
        case Create(snapshot=name):
            return Delete(name)
        case Redefine(copy_of=copy, dump=dump) if copy or dump:
            return Delete(action.snapshot, metadata_only=True)
        case Delete(metadata_only=True):
            return _copied_back(action, before, after)
        case Redefine(current=True):
            return _pointer_back(before)
        case Redefine(snapshot=name):
            return _as_it_was(before, name)
        case _:
            return None


def _as_it_was(before: Domain, name: str) -> Redefine:
    old = before.tree[name]
    return Redefine(name, old.parent, old.description, old.mark)


def _copied_back(action: Delete, before: Domain, after: Domain) -> Redefine | None:
    """Metadata of which another snapshot holds a copy, as that of a renamed one.

    Nothing where the copy is current: the pointer went with it, and taking back all else would
    leave both entries.
    """
    old = before.tree[action.snapshot]
    for other in after.tree:
        same = replace(other, name=old.name, description=old.description, mark=old.mark)
        if same == old and other.name != after.tree.current:
            return replace(_as_it_was(before, old.name), copy_of=other.name)
    return None


def _pointer_back(before: Domain) -> Action | None:
    """No call clears the pointer, so that a first one stays."""
    current = before.tree.current
    return replace(_as_it_was(before, current), current=True) if current else None
