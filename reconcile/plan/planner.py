"""The way from one declared tree and one observed domain to a plan."""

from collections.abc import Callable, Iterable, Iterator

from reconcile.diff.tree import compare
from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.host import Host
from reconcile.model.plan import DomainPlan, Plan
from reconcile.plan.copies import clone, rename, restore
from reconcile.plan.creates import create_missing
from reconcile.plan.current import make_current
from reconcile.plan.deletes import delete_surplus
from reconcile.plan.draft import Draft
from reconcile.plan.evidence import Site, unseen
from reconcile.plan.fingerprint import digest, fingerprint
from reconcile.plan.forgets import forget
from reconcile.plan.guards import guard
from reconcile.plan.redefines import redefine_changed
from reconcile.plan.replaces import objections, with_replaced
from reconcile.plan.warnings import warnings

Phase = Callable[[Draft], Draft]


def plan_domain(desired: DesiredTree, observed: Domain, host: Host) -> DomainPlan:
    """The plan for one domain: simulated to the end, or with refusals that say why not."""
    draft = _best(_drafts(desired, observed, host))
    return DomainPlan(
        connect=host.uri,
        desired=desired,
        observed=observed,
        fingerprint=fingerprint(observed),
        steps=draft.steps,
        refusals=draft.refusals,
        unmanaged=compare(desired, observed).unmanaged,
        warnings=_warnings(draft, observed, host),
        expected=draft.expected,
    )


def _warnings(draft: Draft, observed: Domain, host: Host) -> tuple[str, ...]:
    told = warnings(draft.steps, observed, host.capabilities)
    if host.capabilities.test_driver:  # it has no images to look at
        return told
    hidden = unseen(draft.steps, Site(observed, host.files))
    return (*told, *dict.fromkeys(hidden))


def plan_of(domains: Iterable[DomainPlan]) -> Plan:
    """The plan of a run, domains in order of host and name."""
    ordered = tuple(sorted(domains, key=lambda each: (each.connect, each.observed.name)))
    return Plan(ordered, digest(ordered))


def _drafts(desired: DesiredTree, observed: Domain, host: Host) -> Iterator[Draft]:
    """One draft per order of phases. The first keeps the guest's present state before all else."""
    begun = _begun(Draft(observed, host.capabilities), desired, host)
    difference, replaced = with_replaced(compare(desired, begun.domain))
    begun = objections(begun, difference, replaced)

    def creates(draft: Draft) -> Draft:
        return create_missing(draft, desired, difference, host.files)

    def redefines(draft: Draft) -> Draft:
        return redefine_changed(draft, desired, difference.changed)

    def current(draft: Draft) -> Draft:
        return make_current(draft, desired)

    def deletes(draft: Draft) -> Draft:
        return delete_surplus(draft, difference.surplus, replaced)

    def forgets(draft: Draft) -> Draft:
        return forget(draft, difference)

    orders: tuple[tuple[Phase, ...], ...] = (
        (creates, redefines, current, deletes, forgets),
        (creates, redefines, deletes, current, forgets),
        (redefines, deletes, creates, current, forgets),
    )
    site = Site(observed, host.files, desired.allow_paths)
    for order in orders:
        yield guard(_through(begun, order), desired, difference, site)


def _begun(draft: Draft, desired: DesiredTree, host: Host) -> Draft:
    """Entries made from metadata that exists come first: all else is compared after them."""
    return clone(rename(restore(draft, desired, host.files.dumps), desired), desired)


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
