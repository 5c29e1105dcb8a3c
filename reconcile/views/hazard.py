"""Hazards in plain words: what is lost, or what changes, by name."""

from dataclasses import dataclass

from reconcile.model.action import Action
from reconcile.model.domain import Disk, Domain
from reconcile.model.hazard import Hazard


@dataclass(frozen=True, slots=True)
class HazardView:
    """One hazard of a step: its name in manifests and on the command line, and what it means.

    `grave`: something is lost, or review must accept it; the others say what else moves.
    """

    hazard: Hazard
    words: str
    grave: bool


_HARMLESS = {Hazard.MERGES_DISKS, Hazard.CHANGES_RUN_STATE, Hazard.CHANGES_DISK_PATH}


def hazard_view(hazard: Hazard, action: Action, before: Domain, after: Domain) -> HazardView:
    """The view of an action's hazard; the action turns `before` into `after`."""
    return HazardView(hazard, _words(hazard, action, before, after), hazard not in _HARMLESS)


def _words(hazard: Hazard, action: Action, before: Domain, after: Domain) -> str:
    match hazard:
        case Hazard.DISCARDS_GUEST_STATE:
            return _discarded(before)
        case Hazard.CHANGES_RUN_STATE:
            return f"{before.name} goes from {before.state} to {after.state}"
        case Hazard.CHANGES_DISK_PATH:
            return _moved(before, after)
        case _:
            return _OF_SNAPSHOT[hazard].format(name=action.snapshot)


_OF_SNAPSHOT = {
    Hazard.DELETES_DATA: "{name} cannot be reverted to any more",
    Hazard.MERGES_DISKS: (
        "what was written since {name} is merged into the image below: it takes a while"
    ),
    Hazard.REPLACES_SNAPSHOT: "what {name} holds is lost: it is taken anew",
    Hazard.DROPS_METADATA: "libvirt forgets {name}; its data stays in the images",
    Hazard.DELETES_UNOWNED: "{name} was not made by reconcile",
    Hazard.FORCES_REVERT: "libvirt is told to revert to {name} although it calls that risky",
    Hazard.MOVES_POINTER_ONLY: "{name} becomes the current one, and the guest stays as it is",
}


def _discarded(before: Domain) -> str:
    memory = ", and its memory," if before.active else ""
    if before.tree.current is None:
        return f"what {before.name} holds now{memory} is lost"
    return f"what {before.name} wrote since {before.tree.current}{memory} is lost"


def _moved(before: Domain, after: Domain) -> str:
    """A new file is named where it is known: libvirt names the overlays of a revert itself."""
    old = {disk.target: disk.path for disk in before.disks}
    moved = [disk for disk in after.disks if disk.path != old.get(disk.target)]
    told = [f"{disk.target} moves to {disk.path}" for disk in moved if _named(disk)]
    unnamed = [disk.target for disk in moved if not _named(disk)]
    if len(unnamed) == 1:
        told.append(f"{unnamed[0]} moves to a new overlay")
    elif unnamed:
        told.append(f"{', '.join(unnamed)} move to new overlays")
    return "; ".join(told) or "disks move to other files"


def _named(disk: Disk) -> bool:
    """Whether the file's name is known before libvirt is asked to make it."""
    return disk.path is not None and not disk.path.endswith(">")
