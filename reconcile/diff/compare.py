"""The comparison of one declared snapshot with the observed one of the same name.

Both sides become views: the text of each value that is declared, by its key path in the manifest.
Equal views need no further work; DeepDiff describes those that differ.
"""

from collections.abc import Iterator

from reconcile.diff.declaration import digest, edited, fields
from reconcile.diff.view import View, desired_view, observed_view
from reconcile.model.desired import DesiredSnapshot
from reconcile.model.plan import Change
from reconcile.model.snapshot import Mark, Snapshot

DECLARATION = "declaration"  # the digest: told only where nothing else tells of the difference


def changes(desired: DesiredSnapshot, observed: Snapshot, parent: str | None) -> tuple[Change, ...]:
    """The fields of a declared snapshot that differ on the host.

    `parent` is the observed parent, or the one that the plan's deletes would leave the snapshot
    with.
    """
    wanted, found = desired_view(desired), observed_view(desired, observed, parent)
    if wanted != found:
        return tuple(sorted(_described(found, wanted), key=lambda change: change.field))
    return _declaration(desired, observed, observed.mark) if observed.mark else ()


def is_of_declaration(change: Change) -> bool:
    """Whether git alone changed: the mark tells of another entry, the snapshot is as declared."""
    return change.field == DECLARATION or change.field.startswith(f"{DECLARATION}.")


def _described(found: View, wanted: View) -> Iterator[Change]:
    from deepdiff import DeepDiff  # noqa: PLC0415 - 100 ms to import, only where views differ

    # with a higher threshold, mappings that share few keys are told as one value (deepdiff 9.1)
    difference = DeepDiff(found, wanted, view="tree", threshold_to_diff_deeper=0)
    for level in (level for levels in difference.values() for level in levels):
        (path,) = level.path(output_format="list")
        yield Change(path, found.get(path), wanted.get(path))


def _declaration(desired: DesiredSnapshot, observed: Snapshot, mark: Mark) -> tuple[Change, ...]:
    """What git says otherwise than when it was applied, though the snapshot is as declared."""
    now = digest(desired)
    if mark.digest == now or _follows(desired, observed, mark):
        return ()
    keys = edited(desired, observed, mark)
    if not keys:
        return (Change(DECLARATION, mark.digest, now),)
    return tuple(
        Change(f"{DECLARATION}.{key}", *((None, "declared") if declared else ("declared", None)))
        for key, declared in keys
    )


def _follows(desired: DesiredSnapshot, observed: Snapshot, mark: Mark) -> bool:
    """Whether git took over values that somebody had set on the host: nothing is left to do.

    The mark tells of the values before. Where another set of keys is declared, it is renewed, and
    where the parent is to be deleted.
    """
    then, now = dict(mark.fields), dict(fields(desired))
    there = observed.parent == desired.parent
    return there and then.keys() == now.keys() and then != now
