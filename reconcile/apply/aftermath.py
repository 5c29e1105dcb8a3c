"""What became of a call: seen, never guessed; put right, cleaned up after, and seen again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar, assert_never

from reconcile.apply.guest import Guest
from reconcile.errors import HostError, ReconcileError
from reconcile.model.action import Create, Delete
from reconcile.model.leftover import LeftAhead, LeftBroken, Leftover, LeftTaken
from reconcile.model.outcome import StepState
from reconcile.recovery.cutoff import verdict
from reconcile.recovery.deviations import deviations
from reconcile.recovery.leftovers import removed
from reconcile.recovery.look import Cut, Done, Halfway, Moved, NotDone, Undecided, Unfinished
from reconcile.recovery.traces import left_by_create
from reconcile.recovery.undo import present

Answer = TypeVar("Answer")
LOOKS = 3  # putting one thing right may show another


@dataclass(frozen=True, slots=True)
class Found:
    """What looking after a call showed. UNKNOWN is halfway, or not `known`: nothing may be done.

    `kept` says what could not be removed though the step is done; `answered`: see `Cut`.
    """

    state: StepState
    notes: tuple[str, ...] = ()
    known: bool = True
    kept: tuple[str, ...] = ()
    answered: bool = False


class Aftermath:
    """Calls of one domain and the looks after them; `say` tells what was removed."""

    def __init__(self, guest: Guest, say: Callable[[str], None]) -> None:
        self._guest = guest
        self._say = say

    def reach(self, ask: Callable[[], Answer]) -> Answer:
        """Ask the host; over a new connection where the old one broke. Raises HostError."""
        try:
            return ask()
        except HostError:
            if self._guest.reachable:
                raise
        self._guest.revive()
        return ask()

    def called(self, cut: Cut, call: Callable[[], None]) -> Found:
        """Act, then look: what became of it is seen, not guessed."""
        try:
            call()
        except ReconcileError as error:
            answered = self._guest.reachable
            found = self.looked(replace(cut, answered=answered), (error.message,))
            return replace(found, answered=answered)
        if isinstance(cut.action, Delete):  # what it leaves is looked for, though it was done
            return self.looked(cut)
        try:
            off = deviations(cut.after, self.reach(self._guest.observe))
        except HostError as error:
            return Found(StepState.UNKNOWN, (error.message,), known=False)
        return self.looked(cut) if off else Found(StepState.DONE)

    def looked(self, cut: Cut, why: tuple[str, ...] = (), looks: int = LOOKS) -> Found:
        """Judge by what the host shows, and put right what is in between; `why` is said first."""
        try:
            now = self.reach(lambda: self._guest.now(cut))
        except HostError as error:
            return Found(StepState.UNKNOWN, (*why, error.message), known=False)
        match verdict(cut, now):
            case Done(left):
                return Found(StepState.DONE, kept=self._cleaned(left, cut))
            case NotDone(left):
                return self._not_done(cut, why, left)
            case Unfinished(unmarked, left):
                return self._finished(cut, unmarked, (*why, *self._cleaned(left, cut)))
            case Halfway(notes, left):
                return self._halfway(cut, (*why, *notes), left, looks)
            case Undecided(notes):
                return Found(StepState.UNKNOWN, (*why, *notes), known=False)
            case Moved(notes, left):
                there = present(cut.action, cut.after, now.domain)
                state = StepState.DONE if there else StepState.NOT_STARTED
                return Found(state, (*why, *notes, *self._cleaned(left, cut)))
            case other:
                assert_never(other)

    def swept(self, create: Cut) -> tuple[str, ...]:
        """What an undone create left of its files: libvirt 9.0 leaves the memory file behind."""
        try:
            left = left_by_create(create, self.reach(lambda: self._guest.now(create)))
        except HostError as error:
            return (error.message,)
        return self._cleaned(left, create)

    def _not_done(self, cut: Cut, why: tuple[str, ...], left: tuple[Leftover, ...]) -> Found:
        """Files may stay, if they are named; disks that are elsewhere are for `resume` to try."""
        kept = self._cleaned(left, cut)
        if kept and any(isinstance(each, LeftTaken | LeftAhead | LeftBroken) for each in left):
            return Found(StepState.UNKNOWN, (*why, *kept), known=False)
        return Found(StepState.NOT_STARTED, (*why, *kept) or ("nothing of it happened",))

    def _halfway(
        self, cut: Cut, notes: tuple[str, ...], left: tuple[Leftover, ...], looks: int
    ) -> Found:
        """What is put right is looked at again: only then may the call be repeated."""
        kept = self._cleaned(left, cut)
        if left and not kept and looks > 1:
            return self.looked(cut, notes, looks - 1)
        return Found(StepState.UNKNOWN, (*notes, *kept), known=not left)

    def _finished(self, cut: Cut, unmarked: Create | None, why: tuple[str, ...]) -> Found:
        """Mark what was created; whether that was done is seen, and never tried twice."""
        try:
            if unmarked is not None:
                self._guest.mark(unmarked)
        except ReconcileError as error:
            why = (*why, error.message)
        try:
            off = deviations(cut.after, self.reach(self._guest.observe))
        except ReconcileError as error:
            return Found(StepState.UNKNOWN, (*why, error.message), known=False)
        return Found(StepState.UNKNOWN, (*why, *off)) if off else Found(StepState.DONE)

    def _cleaned(self, left: tuple[Leftover, ...], cut: Cut) -> tuple[str, ...]:
        """Remove what the call left; what cannot be is named, with its command."""
        create = cut.action if isinstance(cut.action, Create) else None
        notes: list[str] = []
        for each in left:
            try:
                self._guest.clean(each, create)
            except ReconcileError as error:
                notes.append(f"{error.message}: {error.remedy}")
            else:
                self._say(removed(each))
        return tuple(notes)
