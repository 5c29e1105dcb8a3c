"""What every plan keeps, whatever was observed and whatever is declared."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from reconcile.model.action import Delete
from reconcile.model.desired import DesiredSnapshot, DesiredTree, Prune
from reconcile.model.domain import Domain
from reconcile.model.host import Host
from reconcile.model.plan import DomainPlan, Reason, Refusal
from reconcile.model.snapshot import DiskKind, Snapshot
from reconcile.plan.planner import plan_domain, plan_of
from reconcile.rules.effect import effect
from reconcile.rules.refusals import Code
from tests.harness.identity import HERE
from tests.properties.images import Images
from tests.properties.profile import examples
from tests.properties.test_files import happened
from tests.properties.wishes import as_it_is, listed_backwards, marked, ownerships, wishes
from tests.properties.worlds import Event, World, worlds


@dataclass(frozen=True, slots=True)
class Case:
    """A domain with its history, a declaration for it, and the plan between them."""

    world: World
    observed: Domain
    desired: DesiredTree
    plan: DomainPlan

    def _repr_pretty_(self, printer: RepresentationPrinter, _cycle: bool) -> None:
        """What a failing example is read by."""
        entries = (f"  {e.name} below {e.parent}: {e}" for e in self.desired.snapshots)
        options = replace(self.desired, snapshots=())
        steps = (f"  {step.action}" for step in self.plan.steps)
        refusals = (f"  {each.snapshot}: {each.code}" for each in self.plan.refusals)
        marks = (f"  {each.name}: {each.mark}" for each in self.observed.tree)
        lines = (str(self.world), "observed", *marks, "declared", *entries, str(options))
        printer.text("\n".join((*lines, "steps", *steps, "refusals", *refusals)))

    @property
    def host(self) -> Host:
        return Host(HERE, self.world.host)

    @property
    def end(self) -> Domain:
        return self.plan.expected[-1] if self.plan.expected else self.observed

    def pairs(self) -> Iterator[Event]:
        """Each step with the domain before and after it."""
        before = self.observed
        for step, after in zip(self.plan.steps, self.plan.expected, strict=True):
            yield Event(before, step.action, after)
            before = after


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A declared tree for an observed one, planned."""
    world = draw(worlds(longest=12))
    observed = draw(ownerships(world.now))
    desired = draw(wishes(observed))
    return Case(world, observed, desired, plan_domain(desired, observed, Host(HERE, world.host)))


@examples(60)
@given(worlds())
def test_from_what_is_to_what_is_there_is_nothing_to_do(world: World) -> None:
    observed = marked(world.now)
    plan = plan_domain(as_it_is(observed), observed, Host(HERE, world.host))
    assert plan.in_sync, (plan.steps, plan.refusals)


@examples(150)
@given(cases())
def test_every_plan(case: Case) -> None:
    """All that must hold of a plan, on one drawing of it: making a case costs more than asking."""
    every_step_is_legal(case)
    inverses_undo(case)
    nothing_but_what_is_ours_goes(case)
    approvals_and_limits_are_kept(case)
    if case.plan.refusals:
        assert not case.plan.in_sync
    else:
        the_end_is_as_declared(case)
        the_second_plan_is_empty(case)


def every_step_is_legal(case: Case) -> None:
    for event in case.pairs():
        assert event.action is not None
        assert effect(event.before, event.action, case.world.host) == event.after


def inverses_undo(case: Case) -> None:
    for event, step in zip(case.pairs(), case.plan.steps, strict=True):
        if step.inverse is not None:
            back = effect(event.after, step.inverse, case.world.host)
            assert not isinstance(back, Refusal)
            assert (back.tree, back.state) == (event.before.tree, event.before.state)
            assert paths(back) == paths(event.before)


def paths(domain: Domain) -> dict[str, str | None]:
    return {disk.target: disk.path for disk in domain.disks}


def nothing_but_what_is_ours_goes(case: Case) -> None:
    declared = {entry.name for entry in case.desired.snapshots}
    for step in case.plan.steps:
        gone = case.observed.tree.get(step.action.snapshot)
        if not isinstance(step.action, Delete) or gone is None or gone.name in declared:
            continue
        if step.reason is Reason.RENAMED:
            assert step.action.metadata_only
            continue
        assert not gone.protected
        assert step.action.metadata_only is (gone.name in case.desired.forget)
        if step.action.metadata_only:
            continue
        assert case.desired.prune is not Prune.NONE
        assert gone.owned or case.desired.prune is Prune.ALL
        assert not any(fnmatchcase(gone.name, pattern) for pattern in case.desired.ignore)


def approvals_and_limits_are_kept(case: Case) -> None:
    codes = [refusal.code for refusal in case.plan.refusals]
    needed = {h for step in case.plan.steps for h in step.hazards if h.needs_approval}
    assert needed <= case.desired.allow or Code.APPROVAL_NEEDED in codes
    actions = [step.action for step in case.plan.steps]
    deletes = sum(isinstance(each, Delete) and not each.metadata_only for each in actions)
    assert deletes <= case.desired.limits.deletes or Code.DELETE_LIMIT in codes
    emptied = bool(deletes) and not case.end.tree
    assert not emptied or Code.EMPTIES_TREE in codes
    assert Code.NOT_AS_DECLARED not in codes, case.plan.refusals


def the_end_is_as_declared(case: Case) -> None:
    """Asked of the tree itself, not of the comparison that made the plan."""
    tree = case.end.tree
    for entry in case.desired.snapshots:
        assert satisfied(entry, tree[entry.name]), (entry, tree[entry.name])
    undeclared = set(tree.snapshots) - {entry.name for entry in case.desired.snapshots}
    for name in undeclared:
        ignored = any(fnmatchcase(name, pattern) for pattern in case.desired.ignore)
        pruned = {Prune.NONE: False, Prune.OWNED: tree[name].owned, Prune.ALL: True}
        assert name not in case.desired.forget
        assert ignored or not pruned[case.desired.prune], name
    if case.desired.current is not None:
        assert tree.current == case.desired.current.snapshot


def satisfied(entry: DesiredSnapshot, found: Snapshot) -> bool:
    labels = found.mark.labels if found.mark else ()
    return (
        found.parent == entry.parent
        and entry.description in {None, found.description}
        and entry.labels in {None, labels}
        and entry.protect in {None, found.protected}
        and (entry.memory is None or entry.memory.kind is found.memory.kind)
        and all(kind_kept(found, disk.target, disk.kind) for disk in entry.disks or ())
    )


def kind_kept(found: Snapshot, target: str, declared: DiskKind) -> bool:
    """A revert makes an excluded disk external."""
    disk = found.disk(target)
    kind = disk.kind if disk else DiskKind.NONE
    return kind is declared or (declared is DiskKind.NONE and kind is DiskKind.EXTERNAL)


def the_second_plan_is_empty(case: Case) -> None:
    again = plan_domain(case.desired, case.end, case.host)
    assert all(step.reason is Reason.ALWAYS for step in again.steps), again.steps
    assert not again.refusals


@examples(80)
@given(cases())
def test_no_plan_loses_data(case: Case) -> None:
    images = Images.of(case.world.start)
    for event in case.world.events:
        images.write()
        happened(images, event, case.world.host)
    host = Host(HERE, case.world.host, images.facts())
    known = replace(case, plan=plan_domain(case.desired, case.observed, host))
    for event in () if known.plan.refusals else known.pairs():
        images.write()
        happened(images, event, case.world.host)


@examples(60)
@given(cases())
def test_the_order_of_a_listing_means_nothing(case: Case) -> None:
    turned = listed_backwards(case.observed)
    plan = plan_domain(case.desired, turned, case.host)
    assert plan.fingerprint == case.plan.fingerprint
    assert plan_of([plan]).digest == plan_of([case.plan]).digest
    assert [step.action for step in plan.steps] == [step.action for step in case.plan.steps]
    assert refused(plan) == refused(case.plan)


def refused(plan: DomainPlan) -> list[tuple[str, str | None]]:
    """Without the words: of two disks that are in the way, either may be named."""
    return [(each.code, each.snapshot) for each in plan.refusals]
