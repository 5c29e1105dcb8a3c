"""What `apply` demands of a saved plan and of the options beside it, before it asks anybody."""

from collections.abc import Sequence

from reconcile.cli.selection import SelectionOptions
from reconcile.errors import PlanFileError, SavedPlanOptionError, UnexpectedPlanError
from reconcile.fleet.saved_plan import Prepared
from reconcile.model.plan import DomainPlan
from reconcile.plan.planner import plan_of
from reconcile.planfile.decode import SavedPlan


def require_plain(options: SelectionOptions) -> None:
    """Raise SavedPlanOptionError for an option that cannot change a saved plan."""
    given = {
        "--target": options.targets,
        "--exclude": options.excludes,
        "--on": options.on,
        "--revision": options.revision,
        "--allow": options.allow,
        "--allow-path": options.allow_paths,
    }
    for option, values in given.items():
        if values:
            raise SavedPlanOptionError(option)


def require_unaltered(saved: SavedPlan, prepared: Sequence[Prepared], expected: str | None) -> None:
    """Raise PlanFileError where a saved plan's digest is not that of the steps to be taken.

    A domain whose host has moved is not planned anew, so that the steps to be taken, of the other
    domains alone, have another digest. Raises UnexpectedPlanError where `--expect` gave
    `expected`, which then cannot be compared.
    """
    plans = [each for each in prepared if isinstance(each, DomainPlan)]
    digest = plan_of(plans).digest
    if len(plans) < len(prepared):
        if expected is not None:
            raise UnexpectedPlanError(expected, digest)
        return
    if digest != saved.digest:
        raise PlanFileError(saved.file, "its digest is not that of its actions")
