"""The options on domains, approvals and detail, as the planner's `Selection` and a plan's view."""

from dataclasses import dataclass
from pathlib import Path

from reconcile.fleet.targets import Selection
from reconcile.libvirt.calls import calls
from reconcile.model.action import Action
from reconcile.model.hazard import Hazard
from reconcile.model.plan import Plan
from reconcile.views.plan import PlanView, plan_view
from reconcile.views.step import CallView, Detail, no_calls


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainOptions:
    """The options on domains and detail, with the values that click gives them."""

    targets: tuple[str, ...]
    excludes: tuple[str, ...]
    on: tuple[str, ...]
    why: bool

    @property
    def selection(self) -> Selection:
        """The selection of domains, without any approval."""
        return Selection(self.targets, self.excludes)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionOptions(DomainOptions):
    """The options on domains, approvals and detail, with the values that click gives them."""

    revision: str | None
    allow: tuple[str, ...]
    allow_paths: tuple[Path, ...]
    show_xml: bool

    @property
    def selection(self) -> Selection:
        """The planner's selection of domains and approvals; directories are made absolute."""
        paths = tuple(str(path.absolute()) for path in self.allow_paths)
        allowed = frozenset(map(Hazard, self.allow))
        return Selection(self.targets, self.excludes, allowed, paths, self.revision)

    def view(self, plan: Plan) -> PlanView:
        """The view of the plan, in the detail that the options ask for."""
        return plan_view(plan, Detail(self.why), _calls if self.show_xml else no_calls)


def _calls(action: Action) -> tuple[CallView, ...]:
    """The libvirt calls of an action, for a view, which knows nothing of libvirt."""
    return tuple(
        CallView(call.function, call.flags, tuple((call.xml or call.note or "").splitlines()))
        for call in calls(action)
    )
