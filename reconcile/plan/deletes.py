"""Deleting the surplus: any order that the rules allow, children first where there is a choice."""

from collections.abc import Iterable

from reconcile.model.action import Delete
from reconcile.model.domain import Domain
from reconcile.model.host import Capabilities
from reconcile.model.plan import Reason, Refusal
from reconcile.model.snapshot import Snapshot
from reconcile.plan.draft import Draft
from reconcile.rules.effect import effect

MOST_STATES = 10_000  # explored before the search is given up; trees in use need a few dozen


def delete_surplus(
    draft: Draft, surplus: Iterable[Snapshot], replaced: frozenset[str] = frozenset()
) -> Draft:
    """A delete for each, in the first legal order found; else what is legal, and refusals."""
    names = frozenset(snapshot.name for snapshot in surplus)
    order = _legal_order(draft.domain, names, draft.host)
    for name in (*order, *sorted(names.difference(order))):
        reason = Reason.REPLACED if name in replaced else Reason.UNDECLARED
        draft = draft.take(Delete(name), reason)
    return draft


def _legal_order(domain: Domain, names: frozenset[str], host: Capabilities) -> tuple[str, ...]:
    """Depth-first over the sets of what is left; the longest legal order if none is complete."""
    best: tuple[str, ...] = ()
    seen: set[frozenset[str]] = set()
    waiting: list[tuple[Domain, tuple[str, ...]]] = [(domain, ())]
    while waiting and len(seen) < MOST_STATES:
        state, done = waiting.pop()
        left = names.difference(done)
        if left in seen:
            continue
        seen.add(left)
        best = done if len(done) > len(best) else best
        if not left:
            break
        waiting.extend(reversed(_continuations(state, done, left, host)))
    return best


def _continuations(
    domain: Domain, done: tuple[str, ...], left: frozenset[str], host: Capabilities
) -> list[tuple[Domain, tuple[str, ...]]]:
    """Each legal next delete; deepest first, by name among equals."""
    tree = domain.tree
    order = sorted(left, key=lambda name: (-tree.depth(name), name))
    after = ((name, effect(domain, Delete(name), host)) for name in order)
    return [(state, (*done, name)) for name, state in after if not isinstance(state, Refusal)]
