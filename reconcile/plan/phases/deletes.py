"""Deletes of the surplus, in any order that the rules allow; children first where that is free."""

from collections.abc import Iterable, Iterator

from reconcile.model.action import Delete
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.plan import Reason, Refusal
from reconcile.model.snapshot import Snapshot
from reconcile.model.tree import Tree
from reconcile.plan.draft import Draft
from reconcile.rules.effect import effect

MOST_STATES = 10_000  # explored before the search is given up; trees in use need a few dozen


def delete_surplus(
    draft: Draft, surplus: Iterable[Snapshot], replaced: frozenset[str] = frozenset()
) -> Draft:
    """The draft with a delete for each surplus snapshot, in the first legal order that is found.

    Where no order is legal for all, those that can be deleted are, and the others are refused.
    """
    names = frozenset(snapshot.name for snapshot in surplus)
    order = _legal_order(draft.domain, names, draft.host)
    for name in (*order, *sorted(names.difference(order))):
        reason = Reason.REPLACED if name in replaced else Reason.UNDECLARED
        draft = draft.take(Delete(name), reason)
    return draft


def _legal_order(domain: Domain, names: frozenset[str], host: Capabilities) -> tuple[str, ...]:
    """Depth-first over the sets of what is left; the longest legal order if none is complete."""
    best: tuple[str, ...] = ()
    seen: set[frozenset[str]] = {names}
    way: list[str] = []
    open_states = [_legal_next(domain, names, host)]
    while open_states and len(best) < len(names) and len(seen) < MOST_STATES:
        name, after = next(open_states[-1], (None, domain))
        if name is None:
            open_states.pop()
            way = way[:-1]
            continue
        left = names.difference((*way, name))
        if left in seen:
            continue
        seen.add(left)
        way = [*way, name]
        best = tuple(way) if len(way) > len(best) else best
        open_states.append(_legal_next(after, left, host))
    return best


def _legal_next(
    domain: Domain, left: frozenset[str], host: Capabilities
) -> Iterator[tuple[str, Domain]]:
    """Each legal next delete and what it leads to; children first, by name among equals."""
    for name in _children_first(domain.tree, left):
        after = effect(domain, Delete(name), host)
        if not isinstance(after, Refusal):
            yield name, after


def _children_first(tree: Tree, names: frozenset[str]) -> list[str]:
    order = [each.name for each in tree.topological() if each.name in names]
    return order[::-1]
