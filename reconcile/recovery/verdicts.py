"""What can have come of a call that failed or was cut off: the closed set of judgements."""

from dataclasses import dataclass

from reconcile.model.action import Create
from reconcile.model.leftover import Leftover

Leftovers = tuple[Leftover, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The whole call happened; what should be gone with it and is not, is left over."""

    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing of the call counts; without the leftovers, the host is as before."""

    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class Completable:
    """The snapshot's data is there: once it is marked and the leftovers are gone, it is done.

    `unmarked`: the create whose snapshot has no mark yet, None where only leftovers remain.
    """

    unmarked: Create | None
    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class PartlyDone:
    """The call has no way back: once the leftovers are put right, making it again finishes it."""

    notes: tuple[str, ...]
    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """libvirt said that the call failed, and left the host between before and after it.

    Nothing can be finished: what is to be done, the next plan tells.
    """

    notes: tuple[str, ...]
    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class ChangedByOthers:
    """The call alone does not explain what the host shows: somebody else was there."""

    notes: tuple[str, ...]
    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nothing may be done before somebody does what the notes say."""

    notes: tuple[str, ...]


Verdict = Done | NotDone | Completable | PartlyDone | Failed | ChangedByOthers | Undecided
