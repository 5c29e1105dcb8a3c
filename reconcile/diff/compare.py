"""The comparison of one declared snapshot with the observed one of the same name.

Both sides become views: the text of each value that is declared, by its key path in the manifest.
Equal views need no further work; DeepDiff describes those that differ.
"""

from collections.abc import Iterator

from reconcile.diff.declaration import digest, edited
from reconcile.model.desired import DesiredSnapshot
from reconcile.model.plan import Change
from reconcile.model.snapshot import DiskKind, Mark, Snapshot

View = dict[str, str | None]
DECLARATION = "declaration"  # the digest: told only where nothing else tells of the difference


def changes(desired: DesiredSnapshot, observed: Snapshot, parent: str | None) -> tuple[Change, ...]:
    """The fields of a declared snapshot that differ on the host.

    `parent` is the observed parent, or the one that the plan's deletes would leave the snapshot
    with.
    """
    wanted, found = _desired_view(desired), _observed_view(desired, observed, parent)
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


def _desired_view(desired: DesiredSnapshot) -> View:
    view: View = {"parent": desired.parent}
    if desired.description is not None:
        view["description"] = desired.description
    if desired.memory is not None:
        view["memory"] = str(desired.memory.kind)
    if desired.protect is not None:
        view["protect"] = _word(desired.protect)
    view |= {f"disks.{disk.target}": str(disk.kind) for disk in desired.disks or ()}
    view |= {f"labels.{label}": value for label, value in desired.labels or ()}
    return view


def _observed_view(desired: DesiredSnapshot, observed: Snapshot, parent: str | None) -> View:
    """Labels and protection live in the mark alone."""
    view: View = {"parent": parent}
    if desired.description is not None:
        view["description"] = observed.description
    if desired.memory is not None:
        view["memory"] = str(observed.memory.kind)
    if desired.protect is not None:
        view["protect"] = _word(observed.protected)
    view |= _observed_disks(desired, observed)
    if desired.labels is not None and observed.mark is not None:
        view |= {f"labels.{label}": value for label, value in observed.mark.labels}
    return view


def _observed_disks(desired: DesiredSnapshot, observed: Snapshot) -> View:
    """Declared disks only. A revert turns excluded disks into external ones: no difference."""
    view: View = {}
    for wanted in desired.disks or ():
        found = observed.disk(wanted.target)
        kind = found.kind if found else DiskKind.NONE
        excluded = wanted.kind is DiskKind.NONE and kind is DiskKind.EXTERNAL
        view[f"disks.{wanted.target}"] = str(wanted.kind if excluded else kind)
    return view


def _declaration(desired: DesiredSnapshot, observed: Snapshot, mark: Mark) -> tuple[Change, ...]:
    """What git says otherwise than when it was applied, though the snapshot is as declared."""
    now = digest(desired)
    if mark.digest == now:
        return ()
    keys = edited(desired, observed, mark)
    if not keys:
        return (Change(DECLARATION, mark.digest, now),)
    return tuple(
        Change(f"{DECLARATION}.{key}", *((None, "declared") if declared else ("declared", None)))
        for key, declared in keys
    )


def _word(value: bool) -> str:
    return str(value).lower()
