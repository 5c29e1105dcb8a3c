"""Manifests turned into what a reset does: a revert to one snapshot, and nothing else."""

from collections.abc import Sequence
from dataclasses import replace

from reconcile.errors import NoResetError, UndeclaredResetError
from reconcile.model.desired import Current, DesiredTree, RevertWhen, Via
from reconcile.model.target import Target


def reset_targets(targets: Sequence[Target], to: str | None) -> tuple[Target, ...]:
    """The domains with trees that ask for a revert alone, to the declared current snapshot or `to`.

    Raises NoResetError, UndeclaredResetError.
    """
    if to is None:
        lacking = [each.id.name for each in targets if each.desired.current is None]
        if lacking:
            raise NoResetError(tuple(lacking))
    else:
        lacking = [each.id.name for each in targets if not _declares(each.desired, to)]
        if lacking:
            raise UndeclaredResetError(to, tuple(lacking))
    return tuple(replace(each, desired=_only_revert(each.desired, to)) for each in targets)


def _declares(tree: DesiredTree, name: str) -> bool:
    return any(each.name == name for each in tree.snapshots)


def _only_revert(tree: DesiredTree, to: str | None) -> DesiredTree:
    """As `current` says how; to another snapshot plainly, as it was captured."""
    declared = tree.current
    same = declared is not None and to in {None, declared.snapshot}
    current = declared if same and declared is not None else Current(to or "")
    current = replace(current, revert=RevertWhen.ALWAYS, via=Via.REVERT)
    return replace(tree, current=current, only_current=True)
