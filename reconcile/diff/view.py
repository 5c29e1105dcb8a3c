"""Views, the two sides of a comparison: the text of each declared value by its key path."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reconcile.model.desired import DesiredSnapshot
from reconcile.model.snapshot import DiskKind, Snapshot

View = dict[str, str | None]


def desired_view(desired: DesiredSnapshot) -> View:
    """The view of a snapshot as its entry declares it."""
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


def observed_view(desired: DesiredSnapshot, observed: Snapshot, parent: str | None) -> View:
    """The view of a snapshot as observed, with the declared keys only.

    Labels and protection live in the mark alone.
    """
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


def _word(value: bool) -> str:
    return str(value).lower()


def with_observed(
    desired: DesiredSnapshot, observed: Snapshot, keys: Iterable[str]
) -> DesiredSnapshot:
    """The entry as it would declare what is there, under these keys of its view."""
    for key in keys:
        head, _, target = key.partition(".")
        if head == "disks":
            disks = tuple(
                observed.disk(disk.target) or disk if disk.target == target else disk
                for disk in desired.disks or ()
            )
            desired = replace(desired, disks=disks)
        else:
            desired = replace(desired, **_there(head, observed))
    return desired


def _there(key: str, observed: Snapshot) -> dict[str, Any]:
    there: dict[str, Any] = {
        "parent": observed.parent,
        "description": observed.description,
        "memory": observed.memory,
        "protect": observed.protected,
        "labels": observed.mark.labels if observed.mark else (),
    }
    return {key: there[key]} if key in there else {}
