"""Plans that tell of an earlier apply of their domains which nobody has brought to an end."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconcile.errors import ReconcileError
from reconcile.journal.left_behind import LeftBehind, LeftDomain
from reconcile.journal.store import Store
from reconcile.model.plan import DomainPlan


def with_unfinished(plans: Iterable[DomainPlan], store: Store) -> Iterator[DomainPlan]:
    """The plans, each with a warning for every unfinished apply of its domain.

    A state folder that cannot be read is a warning, too: it stops no plan.
    """
    left = LeftBehind(store)
    for plan in plans:
        yield replace(plan, warnings=(*_told(plan, left), *plan.warnings))


def _told(plan: DomainPlan, left: LeftBehind) -> tuple[str, ...]:
    try:
        return tuple(map(_sentence, left.of(plan.id)))
    except ReconcileError as error:
        return (f"whether an earlier apply is unfinished cannot be seen: {error.message}",)


def _sentence(left: LeftDomain) -> str:
    """An apply refuses a domain with an open call, and takes over what lies between steps."""
    where = f"an earlier apply is unfinished: {left.journal.name}"
    if left.history.open is None:
        return f"{where}; the next apply takes over, or `reconcile rollback` undoes it"
    step = left.history.open.step + 1
    return f"{where}, cut off in step {step}: run `reconcile resume` or `reconcile rollback` first"
