"""What `apply` demands of a saved plan and of the options beside it, before it asks anybody."""

from collections.abc import Sequence

from reconcile.cli.selection import SelectionOptions
from reconcile.errors import PlanFileError, SavedPlanOptionError, UnexpectedPlanError
from reconcile.fleet.saved_plan import Prepared
from reconcile.model.plan import DomainPlan
from reconcile.plan.planner import plan_of
from reconcile.planfile.decode import SavedPlan


def require_plain(options: SelectionOptions) -> None:
    """Raise UsageError for options that a saved plan would have to ignore."""
    given = {
        "--target": options.targets,
        "--exclude": options.excludes,
        "--allow": options.allow,
        "--allow-path": options.allow_paths,
    }
    for option, values in given.items():
        if values:
            raise SavedPlanOptionError(option)


def require_unaltered(saved: SavedPlan, prepared: Sequence[Prepared], expected: str | None) -> None:
    """Raise PlanFileError where the digest that a review saw is not that of what would be done.

    What moved is planned anew by nobody, and the rest alone has another digest: where that is what
    `expected` must be held against, nothing is done. Raises UnexpectedPlanError then.
    """
    plans = [each for each in prepared if isinstance(each, DomainPlan)]
    digest = plan_of(plans).digest
    if len(plans) < len(prepared):
        if expected is not None:
            raise UnexpectedPlanError(expected, digest)
        return
    if digest != saved.digest:
        raise PlanFileError(saved.file, "its digest is not that of its actions")
