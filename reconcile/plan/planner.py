"""The way from one declared tree and one observed domain to a plan."""

from collections.abc import Callable, Iterable

from reconcile.diff.tree import Difference, compare
from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.host import Host
from reconcile.model.plan import DomainPlan, Plan
from reconcile.plan.creates import create_missing
from reconcile.plan.current import make_current
from reconcile.plan.deletes import delete_surplus
from reconcile.plan.draft import Draft
from reconcile.plan.fingerprint import digest, fingerprint
from reconcile.plan.guards import guard
from reconcile.plan.redefines import redefine_changed
from reconcile.plan.warnings import warnings

Phase = Callable[[Draft], Draft]


def plan_domain(desired: DesiredTree, observed: Domain, host: Host) -> DomainPlan:
    """The plan for one domain: simulated to the end, or with refusals that say why not."""
    difference = compare(desired, observed.tree)
    draft = _best(_drafts(desired, observed, difference, host))
    return DomainPlan(
        connect=host.uri,
        desired=desired,
        observed=observed,
        fingerprint=fingerprint(observed),
        steps=draft.steps,
        refusals=draft.refusals,
        unmanaged=difference.unmanaged,
        warnings=warnings(draft.steps, observed, host.capabilities),
        expected=draft.expected,
    )


def plan_of(domains: Iterable[DomainPlan]) -> Plan:
    """The plan of a run, domains in order of host and name."""
    ordered = tuple(sorted(domains, key=lambda each: (each.connect, each.observed.name)))
    return Plan(ordered, digest(ordered))


def _drafts(
    desired: DesiredTree, observed: Domain, difference: Difference, host: Host
) -> Iterable[Draft]:
    """One draft per order of phases. The first keeps the guest's present state before all else."""

    def creates(draft: Draft) -> Draft:
        return create_missing(draft, desired, difference, host.files)

    def redefines(draft: Draft) -> Draft:
        return redefine_changed(draft, desired, difference.changed)

    def deletes(draft: Draft) -> Draft:
        return delete_surplus(draft, difference.surplus)

    def current(draft: Draft) -> Draft:
        return make_current(draft, desired)

    orders: tuple[tuple[Phase, ...], ...] = (
        (creates, redefines, current, deletes),
        (creates, redefines, deletes, current),
        (redefines, deletes, creates, current),
    )
    for order in orders:
        yield guard(_through(Draft(observed, host.capabilities), order), desired, difference)


def _through(draft: Draft, phases: Iterable[Phase]) -> Draft:
    for phase in phases:
        draft = phase(draft)
    return draft


def _best(drafts: Iterable[Draft]) -> Draft:
    """The first draft without refusals; if none is, the first of those with the fewest."""
    tried = []
    for draft in drafts:
        if not draft.refusals:
            return draft
        tried.append(draft)
    return min(tried, key=lambda draft: len(draft.refusals))
