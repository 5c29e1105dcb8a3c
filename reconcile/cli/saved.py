"""What `apply` demands of a saved plan and of the options beside it, before it asks anybody."""

from collections.abc import Sequence

from reconcile.cli.selection import SelectionOptions
from reconcile.errors import PlanFileError, SavedPlanOptionError
from reconcile.fleet.saved_plan import PreparedDomain
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


def require_unaltered(saved: SavedPlan, prepared: Sequence[PreparedDomain]) -> None:
    """Raise PlanFileError where the digest that a review saw is not that of what would be done."""
    if any(each.moved for each in prepared):
        return  # what moved is planned anew by nobody: the rest alone has another digest
    if plan_of(each.plan for each in prepared).digest != saved.digest:
        raise PlanFileError(saved.file, "its digest is not that of its actions")
