"""Plans that tell of an earlier apply of their domains which nobody has brought to an end."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from reconcile.errors import ReconcileError
from reconcile.journal.left_behind import LeftBehind, LeftDomain
from reconcile.journal.store import Store
from reconcile.model.finding import Finding, FindingCode
from reconcile.model.identity import DomainId
from reconcile.model.plan import DomainPlan, UnfinishedApply


def with_unfinished(plans: Iterable[DomainPlan], store: Store) -> Iterator[DomainPlan]:
    """The plans, each with a warning for every unfinished apply of its domain.

    A state folder that cannot be read is a warning, too: it stops no plan.
    """
    left = LeftBehind(store)
    for plan in plans:
        told = tuple(map(str, unfinished(plan.id, left)))
        applies = tuple(_applies(plan.id, left))
        yield replace(plan, warnings=(*told, *plan.warnings), unfinished=applies)


def _applies(domain: DomainId, left: LeftBehind) -> Iterator[UnfinishedApply]:
    """Where the state directory cannot be read, nothing: that is told by a finding."""
    with suppress(ReconcileError):
        for each in left.of(domain):
            opened = each.history.open
            yield UnfinishedApply(each.journal.name, None if opened is None else opened.step + 1)


def unfinished(domain: DomainId, left: LeftBehind) -> tuple[Finding, ...]:
    """A finding for each apply of the domain that nobody brought to an end.

    One that tells that nobody knows, where the state directory cannot be read.
    """
    try:
        return tuple(map(_finding, left.of(domain)))
    except ReconcileError as error:
        words = f"whether an earlier apply is unfinished cannot be seen: {error.message}"
        return (Finding(FindingCode.APPLY_UNFINISHED, "", words, error.remedy),)


def _finding(left: LeftDomain) -> Finding:
    """An apply refuses a domain with an open call, and takes over what lies between steps."""
    where = f"an earlier apply is unfinished: {left.journal.name}"
    if left.history.open is None:
        way = "the next apply takes over, or `reconcile rollback` undoes it"
        return Finding(FindingCode.APPLY_UNFINISHED, "", where, way)
    words = f"{where}, cut off in step {left.history.open.step + 1}"
    way = "run `reconcile resume` or `reconcile rollback` first"
    return Finding(FindingCode.APPLY_UNFINISHED, "", words, way)
