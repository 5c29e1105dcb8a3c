"""Verdicts on a call that failed or was cut off: a closed set."""

from dataclasses import dataclass

from reconcile.model.action import Create
from reconcile.model.leftover import Leftover

Leftovers = tuple[Leftover, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The verdict on a call that happened; leftovers are what should be gone with it and is not."""

    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class NotDone:
    """The verdict on a call that did not happen; without its leftovers, the host is as before."""

    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class Completable:
    """The verdict on a create that is done once its snapshot is marked and its leftovers are gone.

    `unmarked`: the create whose snapshot has no mark yet, None where only leftovers remain.
    """

    unmarked: Create | None
    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class PartlyDone:
    """The verdict on a call with no way back: repeating it, without its leftovers, finishes it."""

    notes: tuple[str, ...]
    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The verdict on a call that libvirt said has failed, and left between before and after.

    Nothing can be finished: what is to be done, the next plan tells.
    """

    notes: tuple[str, ...]
    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class ChangedByOthers:
    """The verdict where the call alone does not explain what the host shows: others changed it."""

    notes: tuple[str, ...]
    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """The verdict where no call may be made before somebody does what the notes say."""

    notes: tuple[str, ...]


Verdict = Done | NotDone | Completable | PartlyDone | Failed | ChangedByOthers | Undecided
