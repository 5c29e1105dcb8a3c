"""Creates of what is missing: below the current snapshot, or below another one after a revert."""

from dataclasses import replace

from reconcile.diff.tree import Difference, surviving_parent
from reconcile.model.action import Revert
from reconcile.model.desired import (
    DesiredSnapshot,
    DesiredTree,
    RevertWhen,
    RunState,
    When,
)
from reconcile.model.domain import Domain
from reconcile.model.plan import Reason, Refusal
from reconcile.model.tree import Tree
from reconcile.plan import written_files as file_checks
from reconcile.plan.draft import Draft
from reconcile.plan.phases.placement import Path, paths
from reconcile.plan.phases.resolve import resolve
from reconcile.plan.ways_out import placing, reverting
from reconcile.rules.checks import first
from reconcile.rules.create import not_below
from reconcile.rules.refusals import Code, refuse

_RUN_STATES = {When.RUNNING: RunState.RUNNING, When.PAUSED: RunState.PAUSED}


def missing_paths(tree: Tree, desired: DesiredTree, difference: Difference) -> tuple[Path, ...]:
    """The paths along which the missing snapshots can be taken from where the tree is now."""
    goal = desired.current.snapshot if desired.current else None
    taken = tuple(entry for entry in difference.missing if _is_taken(entry))
    return paths(taken, _staying(tree, difference.gone), goal)


def is_here(path: Path, tree: Tree, difference: Difference) -> bool:
    """Whether a path begins below the current snapshot: it keeps the guest's present state."""
    return path.parent == _staying(tree, difference.gone)


def create_along(
    draft: Draft, desired: DesiredTree, ways: tuple[Path, ...], gone: frozenset[str]
) -> Draft:
    """The draft with a create for each snapshot of the paths that can be taken, else a refusal."""
    begun: set[str | None] = set()
    for path in ways:
        after = _along(draft, desired, path, gone)
        draft = _elsewhere(draft, after, path) if path.parent in begun else after
        begun.add(path.parent)
    return draft


def _elsewhere(before: Draft, after: Draft, path: Path) -> Draft:
    """The refusals of a path that will begin with a revert, once the one before it can be taken."""
    new = after.refusals[len(before.refusals) :]
    told = (reverting(each, path.entries[0].name) for each in new)
    return replace(after, refusals=(*before.refusals, *told))


def _is_taken(entry: DesiredSnapshot) -> bool:
    """Whether it is a new snapshot: copies and lost metadata have their own ways."""
    return entry.clone_of is None and entry.redefine_from is None


def _along(draft: Draft, desired: DesiredTree, path: Path, gone: frozenset[str]) -> Draft:
    placed = _placed(draft, desired, path, gone)
    done = placed
    for entry in path.entries:
        if len(done.refusals) > len(draft.refusals):
            break  # what is refused is refused for all that lies below it
        objection = _objection(done.domain, desired, entry, gone)
        done = done.refuse(objection) if objection else _create(done, desired, entry)
    taken = len(done.steps) > len(placed.steps)
    return done if taken else replace(draft, refusals=done.refusals)


def _placed(draft: Draft, desired: DesiredTree, path: Path, gone: frozenset[str]) -> Draft:
    """Revert to the path's parent, where the domain is elsewhere and may be reverted."""
    tree, parent = draft.domain.tree, path.parent
    if _never(desired) or parent is None or parent not in tree or parent == _staying(tree, gone):
        return draft
    entry = path.entries[0]
    state = _RUN_STATES.get(entry.capture.when, RunState.AS_CAPTURED)
    after = draft.take(Revert(parent, state), Reason.PLACE)
    new, again = after.refusals[len(draft.refusals) :], entry.name in gone
    told = (placing(each, entry.name, again=again) for each in new)
    return replace(after, refusals=(*draft.refusals, *told))


def _create(draft: Draft, desired: DesiredTree, entry: DesiredSnapshot) -> Draft:
    action = resolve(entry, draft.domain, desired.revision)
    objection = file_checks.objection(action, draft.domain, draft.images, desired.allow_paths)
    return draft.refuse(objection) if objection else draft.take(action, Reason.MISSING)


def _objection(
    domain: Domain, desired: DesiredTree, entry: DesiredSnapshot, gone: frozenset[str]
) -> Refusal | None:
    return first((_place(domain, desired, entry, gone), _capture_state(domain, entry)))


def _capture_state(domain: Domain, entry: DesiredSnapshot) -> Refusal | None:
    when = entry.capture.when
    if when is When.ANY or when.value == domain.state.value:
        return None
    return refuse(Code.CAPTURE_STATE, entry.name, when=when, state=domain.state)


def _place(
    domain: Domain, desired: DesiredTree, entry: DesiredSnapshot, gone: frozenset[str]
) -> Refusal | None:
    """Below the current one; undeclared ones in between are deleted afterwards."""
    tree, parent = domain.tree, entry.parent
    if parent is not None and parent not in tree:
        return refuse(Code.PARENT_REFUSED, entry.name, parent=parent)
    staying = _staying(tree, gone)
    if parent == staying:
        return None
    declared, replaced = {each.name for each in desired.snapshots}, entry.name in gone
    facts = {
        "below": staying if staying in declared and not replaced else None,
        "never": parent is not None and _never(desired),
        "replaced": replaced,
    }
    return not_below(entry.name, staying, parent, **facts)


def _never(desired: DesiredTree) -> bool:
    """Whether the manifest forbids all reverts."""
    return desired.current is not None and desired.current.revert is RevertWhen.NEVER


def _staying(tree: Tree, gone: frozenset[str]) -> str | None:
    """The current snapshot, or its nearest ancestor that is not deleted afterwards."""
    current = tree.get(tree.current)
    if current is None or current.name not in gone:
        return tree.current
    return surviving_parent(tree, current, gone)
