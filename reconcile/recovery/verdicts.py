"""What can have come of a call that failed or was cut off: the closed set of judgements."""

from dataclasses import dataclass

from reconcile.model.action import Create
from reconcile.model.leftover import Leftover

Leftovers = tuple[Leftover, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """All of it happened; what should be gone with it and is not, is left over."""

    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing of it counts; without the leftovers, the host is as before."""

    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class Completable:
    """The data is there: with the leftovers gone and the snapshot marked, it is done.

    `unmarked`: the create whose snapshot has no mark yet, None where only leftovers remain.
    """

    unmarked: Create | None
    leftovers: Leftovers = ()


@dataclass(frozen=True, slots=True)
class PartlyDone:
    """No way back: once the leftovers are put right, the same call finishes it."""

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


Verdict = Done | NotDone | Completable | PartlyDone | ChangedByOthers | Undecided
