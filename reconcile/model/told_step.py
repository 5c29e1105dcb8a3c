"""The steps of a plan as they are told: a rename is several actions and one step for a reader."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reconcile.model.action import Delete, Redefine
from reconcile.model.plan import Reason, Step


class StepKind(StrEnum):
    """The word for what is done to a snapshot, in plans and outcomes."""

    CREATE = "create"
    RENAME = "rename"
    REDEFINE = "redefine"
    DELETE = "delete"
    REVERT = "revert"


@dataclass(frozen=True, slots=True)
class Rename:
    """The rename of a snapshot from an old name to a new one, which leaves its data where it is."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ToldStep:
    """One action, or those of a rename: the steps from `first` to `last`, which count from 1."""

    first: int
    last: int
    kind: StepKind
    rename: Rename | None = None


def told_steps(steps: Sequence[Step]) -> tuple[ToldStep, ...]:
    """The steps of one domain as they are told, in order.

    A rename that a refusal cuts short is told by its actions.
    """
    return tuple(_told(steps))


def _told(steps: Sequence[Step]) -> Iterator[ToldStep]:
    number = 1
    while number <= len(steps):
        found = _renamed(steps, number)
        yield found or ToldStep(number, number, StepKind(steps[number - 1].action.kind))
        number = found.last + 1 if found else number + 1


def _renamed(steps: Sequence[Step], first: int) -> ToldStep | None:
    """The rename that begins here: a copy under the new name, and the old entry dropped last."""
    begun = steps[first - 1]
    if begun.reason is not Reason.RENAMED or not isinstance(begun.action, Redefine):
        return None
    old = begun.action.copy_of
    for number, step in enumerate(steps[first:], first + 1):
        if step.reason is not Reason.RENAMED:
            return None
        if isinstance(step.action, Delete) and step.action.snapshot == old:
            return ToldStep(first, number, StepKind.RENAME, Rename(old, begun.action.snapshot))
    return None


def told_at(told: Sequence[ToldStep], number: int) -> int:
    """The position, from 1, of the told step that the step of this number belongs to."""
    return next(at for at, each in enumerate(told, 1) if number <= each.last)


def told_kinds(steps: Sequence[Step]) -> Counter[StepKind]:
    """How many steps of each kind are told of."""
    return Counter(each.kind for each in told_steps(steps))
