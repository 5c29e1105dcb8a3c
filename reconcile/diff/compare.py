"""The comparison of one declared snapshot with the observed one of the same name.

Both sides become views: plain dictionaries of just what is declared. Equal views need no
further work; DeepDiff describes the pairs that differ.
"""

from collections.abc import Iterator

from reconcile.diff.declaration import digest
from reconcile.model.desired import DesiredSnapshot
from reconcile.model.plan import Change
from reconcile.model.snapshot import DiskKind, Snapshot

View = dict[str, object]
DECLARATION = "declaration"  # the digest: told only where nothing else tells of the difference


def changes(desired: DesiredSnapshot, observed: Snapshot, parent: str | None) -> tuple[Change, ...]:
    """What differs. `parent` is the observed one, or the one that deletes would leave it with."""
    wanted, found = _desired_view(desired, observed), _observed_view(desired, observed, parent)
    if wanted == found:
        return ()
    described = sorted(_described(found, wanted), key=lambda change: change.field)
    telling = tuple(change for change in described if change.field != DECLARATION)
    return telling or tuple(described)


def _desired_view(desired: DesiredSnapshot, observed: Snapshot) -> View:
    view: View = {"parent": desired.parent}
    if desired.description is not None:
        view["description"] = desired.description
    if desired.memory is not None:
        view["memory"] = str(desired.memory.kind)
    if desired.disks is not None:
        view["disks"] = {disk.target: str(disk.kind) for disk in desired.disks}
    return view | _desired_mark(desired, observed)


def _desired_mark(desired: DesiredSnapshot, observed: Snapshot) -> View:
    """Labels and protection live in the mark alone; the digest tells that git has changed."""
    view: View = {}
    if observed.mark is not None:
        view[DECLARATION] = digest(desired)
    if desired.protect is not None:
        view["protect"] = desired.protect
    if desired.labels is not None:
        view["labels"] = dict(desired.labels)
    return view


def _observed_view(desired: DesiredSnapshot, observed: Snapshot, parent: str | None) -> View:
    view: View = {"parent": parent}
    if desired.description is not None:
        view["description"] = observed.description
    if desired.memory is not None:
        view["memory"] = str(observed.memory.kind)
    if desired.disks is not None:
        view["disks"] = dict(_observed_disks(desired, observed))
    mark = observed.mark
    if mark is not None:
        view[DECLARATION] = mark.digest
    if desired.protect is not None:
        view["protect"] = observed.protected
    if desired.labels is not None:
        view["labels"] = dict(mark.labels) if mark else {}
    return view


def _observed_disks(desired: DesiredSnapshot, observed: Snapshot) -> Iterator[tuple[str, str]]:
    """Declared disks only. A revert turns excluded disks into external ones: no difference."""
    for wanted in desired.disks or ():
        found = observed.disk(wanted.target)
        kind = found.kind if found else DiskKind.NONE
        excluded = wanted.kind is DiskKind.NONE and kind is DiskKind.EXTERNAL
        yield wanted.target, str(wanted.kind if excluded else kind)


def _described(found: View, wanted: View) -> Iterator[Change]:
    from deepdiff import DeepDiff  # noqa: PLC0415 - 100 ms to import, only where views differ

    difference = DeepDiff(found, wanted, view="tree", verbose_level=2)
    for level in (level for levels in difference.values() for level in levels):
        path = ".".join(str(key) for key in level.path(output_format="list"))
        yield Change(path, _text(level.t1), _text(level.t2))


def _text(value: object) -> str | None:
    """A compared value in a plan; absent ones read as None."""
    match value:
        case str() | bool():
            return str(value).lower() if isinstance(value, bool) else value
        case _:
            return None
