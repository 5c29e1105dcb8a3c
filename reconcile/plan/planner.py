"""The planner: from one declared tree and one observed domain to a plan."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from reconcile.diff.tree import Difference, compare
from reconcile.model.desired import DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.host import Host
from reconcile.model.identity import DomainId
from reconcile.model.plan import DomainPlan, Plan
from reconcile.model.tree import Tree
from reconcile.plan.draft import Draft
from reconcile.plan.fingerprint import digest, fingerprint
from reconcile.plan.guards import guard
from reconcile.plan.phases.copies import clone, rename, restore, undecided
from reconcile.plan.phases.creates import create_along, is_here, missing_paths
from reconcile.plan.phases.current import make_current
from reconcile.plan.phases.deletes import delete_surplus
from reconcile.plan.phases.forgets import forget
from reconcile.plan.phases.placement import Path
from reconcile.plan.phases.redefines import redefine_changed
from reconcile.plan.phases.replaces import objections, with_replaced
from reconcile.plan.preconditions import PlanBase, unseen, unshared
from reconcile.plan.protection import protections, suspected
from reconcile.plan.root_causes import root_causes
from reconcile.plan.warnings import warnings
from reconcile.plan.ways_out import followable, positioned
from reconcile.rules.health import examined, findings
from reconcile.rules.refusals import Code

Phase = Callable[[Draft], Draft]


def plan_domain(desired: DesiredTree, observed: Domain, host: Host) -> DomainPlan:
    """The plan for one domain: simulated to the end, or with refusals that say why not."""
    draft = _best(_drafts(desired, observed, host))
    return DomainPlan(
        id=DomainId(host.id, observed.uuid, observed.name),
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
    base = PlanBase(observed, host)
    found = map(str, findings(examined(observed, host.images), host.images))
    hidden = (*unseen(draft.steps, draft.expected, base), *unshared(draft.steps, base))
    return (*found, *told, *dict.fromkeys(hidden))


def plan_of(domains: Iterable[DomainPlan]) -> Plan:
    """The plan of a run: the plans of its domains in order of host and name, and their digest."""
    ordered = tuple(sorted(domains, key=lambda each: (each.id.host.uri, each.id.name)))
    return Plan(ordered, digest(ordered))


def _drafts(desired: DesiredTree, observed: Domain, host: Host) -> Iterator[Draft]:
    """One draft per order of phases, the best order first."""
    domain = examined(observed, host.images)
    site = PlanBase(observed, host, desired.allow_paths)
    bare = Draft(domain, host.capabilities, host.images)
    if desired.only_current:
        yield _told(guard(make_current(bare, desired), desired, site), desired, domain)
        return
    begun = _begun(bare, desired, host)
    difference = compare(desired, begun.domain).without(undecided(begun, desired))
    renames = suspected(difference)
    begun = begun.refuse(*protections(difference, renames))
    difference = difference.without(frozenset(renames.values()))
    difference, replaced = with_replaced(difference)
    begun, refused = objections(begun, difference, replaced)
    difference = difference.without(refused)
    phases = _Phases(desired, difference, replaced, begun.domain.tree)
    for order in phases.orders():
        yield _told(guard(_through(begun, order), desired, site), desired, domain)
    if difference.forgotten:
        begun = _forgotten(begun, difference)
        phases = _Phases(desired, difference, replaced, begun.domain.tree)
        draft = guard(_through(begun, phases.after_forgetting()), desired, site)
        yield _told(draft, desired, domain)


def _told(draft: Draft, desired: DesiredTree, observed: Domain) -> Draft:
    """The draft with what must be told of its refusals: root causes, their ways out, places."""
    causes = root_causes(draft.refusals, desired, observed.tree)
    ways = (followable(each, desired, observed, draft.host) for each in causes)
    return replace(draft, refusals=tuple(positioned(each, desired) for each in ways))


@dataclass(frozen=True, slots=True)
class _Phases:
    """The phases of one domain's plan, to be put into order; `tree` is where they begin."""

    desired: DesiredTree
    difference: Difference
    replaced: frozenset[str]
    tree: Tree

    def orders(self) -> Iterator[tuple[Phase, ...]]:
        """Orders of the phases: what keeps the guest's present state first, reverts late.

        The second and third are tried where the rules refuse the first: metadata may need a new
        parent, a create the place of what is deleted.
        """
        end = (self.current, self.deletes, self.forgets)
        yield (self.creates_here, self.redefines, self.creates_elsewhere, *end)
        yield (self.creates, self.redefines, *end)
        yield (self.creates, self.redefines, self.deletes, self.current, self.forgets)
        yield (self.redefines, self.deletes, self.creates, self.current, self.forgets)

    def after_forgetting(self) -> tuple[Phase, ...]:
        """The order of phases where metadata of data that is gone is in the way of all else."""
        return (self.creates, self.redefines, self.current, self.deletes)

    def creates(self, draft: Draft) -> Draft:
        """The draft with creates of all missing snapshots."""
        return self._created(draft, self._ways())

    def creates_here(self, draft: Draft) -> Draft:
        """The draft with creates of the missing snapshots below the current one."""
        return self._created(draft, self._ways()[: self._here()])

    def creates_elsewhere(self, draft: Draft) -> Draft:
        """The draft with creates of the missing snapshots below any but the current one."""
        return self._created(draft, self._ways()[self._here() :])

    def _ways(self) -> tuple[Path, ...]:
        return missing_paths(self.tree, self.desired, self.difference)

    def _here(self) -> int:
        """How many of the ways begin below the current snapshot: the first one, or none."""
        ways = self._ways()
        return int(bool(ways) and is_here(ways[0], self.tree, self.difference))

    def _created(self, draft: Draft, ways: tuple[Path, ...]) -> Draft:
        return create_along(draft, self.desired, ways, self.difference.gone)

    def redefines(self, draft: Draft) -> Draft:
        """The draft with redefines of the snapshots whose metadata differs."""
        return redefine_changed(draft, self.desired, self.difference.changed)

    def current(self, draft: Draft) -> Draft:
        """The draft with the step that makes the declared snapshot current."""
        return make_current(draft, self.desired)

    def deletes(self, draft: Draft) -> Draft:
        """The draft with deletes of the snapshots that `prune:` wants gone."""
        return delete_surplus(draft, self.difference.surplus, self.replaced)

    def forgets(self, draft: Draft) -> Draft:
        """The draft with the steps by which libvirt forgets what `forget:` names."""
        return forget(draft, self.difference)


def _begun(draft: Draft, desired: DesiredTree, host: Host) -> Draft:
    """Entries made from metadata that exists come first: all else is compared after them."""
    return clone(rename(restore(draft, desired, host.dumps), desired), desired)


def _forgotten(draft: Draft, difference: Difference) -> Draft:
    """Forgetting changes no image: what is left is held against the same ones once more."""
    after = forget(draft, difference)
    return replace(after, domain=examined(after.domain, after.images))


def _through(draft: Draft, phases: Iterable[Phase]) -> Draft:
    for phase in phases:
        draft = phase(draft)
    return draft


def _best(drafts: Iterable[Draft]) -> Draft:
    """The first draft without refusals; if none is, the one that comes nearest to a plan.

    A name that is still taken says only that the order was wrong, an approval that is missing
    nothing against it. Of drafts with as many refusals, the one with more steps tells what really
    is in the way: what an order deletes too late is in the way of that order alone.
    """
    tried = []
    for draft in drafts:
        if not draft.refusals:
            return draft
        tried.append(draft)
    return min(tried, key=_badness)


def _badness(draft: Draft) -> tuple[int, int, int, int]:
    codes = [each.code for each in draft.refusals]
    refused = len(codes) - codes.count(Code.APPROVAL_NEEDED)
    return codes.count(Code.NAME_TAKEN), refused, len(codes), -len(draft.steps)
