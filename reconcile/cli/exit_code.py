"""The exit code of a run, decided here and nowhere else: a pure function of how the run ended."""

from collections.abc import Iterable, Sequence

from reconcile.errors import ReconcileError
from reconcile.model.diagnosis import Diagnosis
from reconcile.model.exit import Exit
from reconcile.model.outcome import DomainOutcome, Status
from reconcile.model.plan import Plan

GRAVEST_FIRST = (
    Exit.INCOMPLETE,
    Exit.ROLLED_BACK,
    Exit.BLOCKED,
    Exit.UNREACHABLE,
    Exit.ERROR,
    Exit.CHANGES,
    Exit.OK,
)
UNTOUCHED = frozenset(Status) - {Status.FAILED, Status.ROLLED_BACK, Status.INCOMPLETE}
"""Ends that an interruption did not bring about."""


def gravest(codes: Iterable[Exit]) -> Exit:
    """The gravest of several exit codes; OK where there is none."""
    found = frozenset(codes)
    return next((code for code in GRAVEST_FIRST if code in found), Exit.OK)


def of_status(status: Status) -> Exit:
    """The exit code for the status in which one domain ended."""
    match status:
        case Status.IN_SYNC | Status.APPLIED | Status.ABANDONED:
            return Exit.OK
        case Status.BLOCKED | Status.STALE:
            return Exit.BLOCKED
        case Status.FAILED | Status.GONE:
            return Exit.ERROR
        case Status.ROLLED_BACK:
            return Exit.ROLLED_BACK
        case Status.INCOMPLETE:
            return Exit.INCOMPLETE


def of_plan(plan: Plan, *, detailed: bool) -> Exit:
    """The exit code of `plan`; `detailed` tells pending changes from a tree that is in sync."""
    if plan.blocked:
        return Exit.BLOCKED
    return Exit.CHANGES if detailed and not plan.in_sync else Exit.OK


def of_diagnosis(diagnosis: Diagnosis) -> Exit:
    """The code of `doctor`: findings are changes that somebody should make."""
    return Exit.CHANGES if diagnosis.count else Exit.OK


def of_drift(*, drifted: bool) -> Exit:
    """The code of `drift`: what git alone has ahead of the host is none."""
    return Exit.CHANGES if drifted else Exit.OK


def of_apply(outcomes: Sequence[DomainOutcome], *, interrupted: bool) -> Exit:
    """The exit code of `apply` and `resume`; `interrupted`: somebody asked the run to stop."""
    if interrupted and any(each.status not in UNTOUCHED for each in outcomes):
        return Exit.INTERRUPTED
    return gravest(of_status(each.status) for each in outcomes)


def of_rollback(outcomes: Sequence[DomainOutcome], *, interrupted: bool) -> Exit:
    """The exit code of `rollback`: OK where every domain was rolled back."""
    if all(each.status is Status.ROLLED_BACK for each in outcomes):
        return Exit.OK
    return of_apply(outcomes, interrupted=interrupted)


def of_error(error: ReconcileError, *, acting: bool) -> Exit:
    """The exit code of an error that ended a run; `acting`: a host may have been changed."""
    return Exit.INCOMPLETE if acting else error.exit_code


def of_lost_output(code: Exit, *, acting: bool) -> Exit:
    """The exit code of a run whose output could not be written.

    `code` is the exit code without that. It stands where it tells how a host was left (`acting`).
    """
    return code if acting or code not in {Exit.OK, Exit.CHANGES} else Exit.ERROR
