"""Creating what is missing: below the current snapshot, or below another one after a revert."""

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
from reconcile.rules.checks import first
from reconcile.rules.create import not_below
from reconcile.rules.refusals import Code, refuse

_RUN_STATES = {When.RUNNING: RunState.RUNNING, When.PAUSED: RunState.PAUSED}


def missing_paths(tree: Tree, desired: DesiredTree, difference: Difference) -> tuple[Path, ...]:
    """The ways in which the missing snapshots can be taken from where the tree is now."""
    goal = desired.current.snapshot if desired.current else None
    taken = tuple(entry for entry in difference.missing if _is_taken(entry))
    return paths(taken, _staying(tree, difference.gone), goal)


def is_here(path: Path, tree: Tree, difference: Difference) -> bool:
    """Whether it begins below the current snapshot: it keeps what the guest holds now."""
    return path.parent == _staying(tree, difference.gone)


def create_along(
    draft: Draft, desired: DesiredTree, ways: tuple[Path, ...], gone: frozenset[str]
) -> Draft:
    """A create for each missing snapshot that can be one, a refusal for each other."""
    for path in ways:
        draft = _along(draft, desired, path, gone)
    return draft


def _is_taken(entry: DesiredSnapshot) -> bool:
    """Whether it is a new snapshot: copies and lost metadata have their own ways."""
    return entry.clone_of is None and entry.redefine_from is None


def _along(draft: Draft, desired: DesiredTree, path: Path, gone: frozenset[str]) -> Draft:
    draft = _placed(draft, desired, path, gone)
    for entry in path.entries:
        objection = _objection(draft.domain, entry, gone)
        draft = draft.refuse(objection) if objection else _create(draft, desired, entry)
    return draft


def _placed(draft: Draft, desired: DesiredTree, path: Path, gone: frozenset[str]) -> Draft:
    """Revert to the path's parent, where the domain is elsewhere and may be reverted."""
    tree, parent = draft.domain.tree, path.parent
    never = desired.current is not None and desired.current.revert is RevertWhen.NEVER
    if never or parent is None or parent not in tree or parent == _staying(tree, gone):
        return draft
    state = _RUN_STATES.get(path.entries[0].capture.when, RunState.AS_CAPTURED)
    return draft.take(Revert(parent, state), Reason.PLACE)


def _create(draft: Draft, desired: DesiredTree, entry: DesiredSnapshot) -> Draft:
    action = resolve(entry, draft.domain, desired.revision)
    objection = file_checks.objection(action, draft.domain, draft.images, desired.allow_paths)
    return draft.refuse(objection) if objection else draft.take(action, Reason.MISSING)


def _objection(domain: Domain, entry: DesiredSnapshot, gone: frozenset[str]) -> Refusal | None:
    return first((_place(domain, entry, gone), _capture_state(domain, entry)))


def _capture_state(domain: Domain, entry: DesiredSnapshot) -> Refusal | None:
    when = entry.capture.when
    if when is When.ANY or when.value == domain.state.value:
        return None
    return refuse(Code.CAPTURE_STATE, entry.name, when=when, state=domain.state)


def _place(domain: Domain, entry: DesiredSnapshot, gone: frozenset[str]) -> Refusal | None:
    """Below the current one; undeclared ones in between are deleted afterwards."""
    tree, parent = domain.tree, entry.parent
    if parent is not None and parent not in tree:
        return refuse(Code.PARENT_REFUSED, entry.name, parent=parent)
    current = _staying(tree, gone)
    return None if parent == current else not_below(entry.name, current, parent)


def _staying(tree: Tree, gone: frozenset[str]) -> str | None:
    """The current snapshot, or its nearest ancestor that is not deleted afterwards."""
    current = tree.get(tree.current)
    if current is None or current.name not in gone:
        return tree.current
    return surviving_parent(tree, current, gone)
