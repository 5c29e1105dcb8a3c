"""Plans as a reader is told them: each domain's tree, steps, refusals, and what is left alone."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from reconcile.model.identity import DomainId
from reconcile.model.plan import DomainPlan, Plan, Refusal
from reconcile.model.told_step import StepKind, told_kinds, told_steps
from reconcile.views.step import (
    BRIEF,
    Calls,
    Detail,
    Place,
    StepView,
    no_calls,
    rename_view,
    step_view,
)
from reconcile.views.tree import TreeView, tree_view
from reconcile.views.words import count


class Standing(StrEnum):
    """Whether a domain is as declared, is to be changed, or needs a remedy first."""

    IN_SYNC = "in sync"
    PENDING = "pending"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of steps of each kind, without zeros, and of refusals."""

    steps: tuple[tuple[StepKind, int], ...] = ()
    refused: int = 0

    @property
    def words(self) -> str:
        """The number of steps of each kind in a sentence, e.g. "4 deletes and 1 revert"."""
        *most, last = (count(number, kind) for kind, number in self.steps)
        return f"{', '.join(most)} and {last}" if most else last


@dataclass(frozen=True, slots=True)
class RefusalView:
    """The view of a refusal; `snapshot` is None where the whole domain is refused.

    `place` is where a manifest declares what is refused, as FILE:LINE:COLUMN.
    """

    code: str
    snapshot: str | None
    message: str
    remedy: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class DomainPlanView:
    """The plan of one domain. `no_return` is the number of its first step that cannot be undone.

    A rename is none: it loses nothing, whether or not it is undone where a later step fails.

    `foreign` are snapshots that reconcile does not own and leaves alone; `kept` are its own that
    are not declared any more and stay, since `prune: none` says so.
    """

    domain: DomainId
    standing: Standing
    counts: Counts = Counts()
    tree: TreeView | None = None
    steps: tuple[StepView, ...] = ()
    refusals: tuple[RefusalView, ...] = ()
    warnings: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    no_return: int | None = None

    @property
    def undoable(self) -> bool:
        """Whether every step is undone where a later one fails."""
        return all(step.reversible for step in self.steps)


@dataclass(frozen=True, slots=True)
class PlanView:
    """The view of all domains of a run, with the count of steps and the digest for `--expect`."""

    domains: tuple[DomainPlanView, ...]
    counts: Counts
    digest: str

    @property
    def in_sync(self) -> bool:
        """Whether the plan has neither steps nor refusals for any domain."""
        return all(each.standing is Standing.IN_SYNC for each in self.domains)

    @property
    def final(self) -> Counts:
        """The number of steps that cannot be taken back, of domains without a refusal."""
        kinds = Counter(
            step.kind
            for domain in self.domains
            for step in domain.steps
            if domain.standing is Standing.PENDING and step.loses
        )
        return Counts(_in_order(kinds))


def plan_view(plan: Plan, detail: Detail = BRIEF, calls: Calls = no_calls) -> PlanView:
    """The view of a plan; `calls` gives the libvirt calls of each action, where they are wanted."""
    domains = tuple(_domain(each, detail, calls) for each in plan.domains)
    return PlanView(domains, _counts(plan.domains), plan.digest)


def _domain(plan: DomainPlan, detail: Detail, calls: Calls) -> DomainPlanView:
    owned = {each.name for each in plan.observed.tree if each.owned}
    steps = tuple(_steps(plan, detail, calls))
    return DomainPlanView(
        domain=plan.id,
        standing=_standing(plan),
        counts=_counts([plan]),
        tree=None if plan.in_sync else tree_view(plan),
        steps=steps,
        refusals=tuple(_refusal(each) for each in plan.refusals),
        warnings=plan.warnings,
        foreign=tuple(name for name in plan.unmanaged if name not in owned),
        kept=tuple(name for name in plan.unmanaged if name in owned),
        no_return=next((step.number for step in steps if step.loses), None),
    )


def _standing(plan: DomainPlan) -> Standing:
    if plan.refusals:
        return Standing.BLOCKED
    return Standing.PENDING if plan.steps else Standing.IN_SYNC


def _counts(plans: Iterable[DomainPlan]) -> Counts:
    found = tuple(plans)
    kinds = sum((told_kinds(plan.steps) for plan in found), Counter[StepKind]())
    return Counts(_in_order(kinds), sum(len(plan.refusals) for plan in found))


def _in_order(kinds: Mapping[StepKind, int]) -> tuple[tuple[StepKind, int], ...]:
    return tuple((kind, kinds[kind]) for kind in StepKind if kinds.get(kind))


def _steps(plan: DomainPlan, detail: Detail, calls: Calls) -> Iterator[StepView]:
    """Where nothing was simulated, as in a plan that is not to be applied, nothing moves."""
    states = (plan.observed, *plan.expected)
    for number, told in enumerate(told_steps(plan.steps), 1):
        ends = (told.first - 1, told.last)
        before, after = (states[min(each, len(states) - 1)] for each in ends)
        steps, place = plan.steps[told.first - 1 : told.last], Place(number, before, after)
        if told.rename is None:
            yield step_view(steps[0], place, detail, calls)
        else:
            yield rename_view(told.rename, steps, place, calls)


def _refusal(refusal: Refusal) -> RefusalView:
    place = None if refusal.position is None else str(refusal.position)
    return RefusalView(refusal.code, refusal.snapshot, refusal.message, refusal.remedy, place)
