"""What `apply` demands of a saved plan and of the options beside it, before it asks anybody."""

from collections import Counter
from collections.abc import Iterator, Sequence

from reconcile.cli.selection import SelectionOptions
from reconcile.errors import PlanFileError, SavedPlanOptionError, UnexpectedPlanError
from reconcile.fleet.saved_plan import Prepared
from reconcile.model.plan import DomainPlan
from reconcile.model.told_step import StepKind
from reconcile.plan.planner import plan_of
from reconcile.planfile.decode import SavedDomain, SavedPlan
from reconcile.planfile.shapes import Json
from reconcile.views.plan import Counts
from reconcile.views.saved_plan import SavedDomainView, SavedPlanView


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


def view_of(saved: SavedPlan) -> SavedPlanView:
    """A saved plan as its file tells it. Raises PlanFileError for actions that no plan has."""
    try:
        domains = tuple(SavedDomainView(each.id, tuple(_words(each))) for each in saved.domains)
        final = Counter(_kind(each) for one in saved.domains for each in _final(one))
    except (KeyError, ValueError) as error:
        raise PlanFileError(saved.file, "its actions are none that a plan has") from error
    counts = tuple((kind, final[kind]) for kind in StepKind if final[kind])
    return SavedPlanView(saved.file, domains, Counts(counts))


def _words(domain: SavedDomain) -> Iterator[str]:
    return (f"{_kind(each)} {each['snapshot']}" for each in domain.actions)


def _kind(action: Json) -> StepKind:
    return StepKind(action["action"])


def _final(domain: SavedDomain) -> Iterator[Json]:
    return (each for each in domain.actions if not each["reversible"])


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
