"""What became of a call: seen, never guessed; put right, cleaned up after, and seen again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar, assert_never

from reconcile.errors import HostError, ReconcileError
from reconcile.execute.domain_port import DomainPort
from reconcile.model.action import Create, Delete
from reconcile.model.leftover import GuestOnOverlay, IncompleteSnapshot, Leftover, UnknownOverlays
from reconcile.model.outcome import StepState
from reconcile.recovery.deviations import deviations
from reconcile.recovery.footprint import left_by_create
from reconcile.recovery.judge import verdict
from reconcile.recovery.leftover_text import removed
from reconcile.recovery.undo import present
from reconcile.recovery.verdicts import (
    CallContext,
    ChangedByOthers,
    Completable,
    Done,
    Halfway,
    NotDone,
    Undecided,
)

Answer = TypeVar("Answer")
LOOKS = 3  # putting one thing right may show another


@dataclass(frozen=True, slots=True)
class CallResult:
    """What looking after a call showed. UNKNOWN is halfway, or not `known`: nothing may be done.

    `kept` says what could not be removed though the step is done; `answered`: see `CallContext`.
    """

    state: StepState
    notes: tuple[str, ...] = ()
    known: bool = True
    kept: tuple[str, ...] = ()
    answered: bool = False


class CallVerifier:
    """Calls of one domain and the looks after them; `say` tells what was removed."""

    def __init__(self, guest: DomainPort, say: Callable[[str], None]) -> None:
        self._domain_port = guest
        self._say = say

    def reach(self, ask: Callable[[], Answer]) -> Answer:
        """Ask the host; over a new connection where the old one broke. Raises HostError."""
        try:
            return ask()
        except HostError:
            if self._domain_port.reachable:
                raise
        self._domain_port.reconnect()
        return ask()

    def called(self, cut: CallContext, call: Callable[[], None]) -> CallResult:
        """Act, then look: what became of it is seen, not guessed."""
        try:
            call()
        except ReconcileError as error:
            answered = self._domain_port.reachable
            found = self.looked(replace(cut, answered=answered), (error.message,))
            return replace(found, answered=answered)
        if isinstance(cut.action, Delete):  # what it leaves is looked for, though it was done
            return self.looked(cut)
        try:
            off = deviations(cut.after, self.reach(self._domain_port.observe))
        except HostError as error:
            return CallResult(StepState.UNKNOWN, (error.message,), known=False)
        return self.looked(cut) if off else CallResult(StepState.DONE)

    def looked(self, cut: CallContext, why: tuple[str, ...] = (), looks: int = LOOKS) -> CallResult:
        """Judge by what the host shows, and put right what is in between; `why` is said first."""
        try:
            now = self.reach(lambda: self._domain_port.evidence(cut))
        except HostError as error:
            return CallResult(StepState.UNKNOWN, (*why, error.message), known=False)
        match verdict(cut, now):
            case Done(left):
                return CallResult(StepState.DONE, kept=self._cleaned(left, cut))
            case NotDone(left):
                return self._not_done(cut, why, left)
            case Completable(unmarked, left):
                return self._finished(cut, unmarked, (*why, *self._cleaned(left, cut)))
            case Halfway(notes, left):
                return self._halfway(cut, (*why, *notes), left, looks)
            case Undecided(notes):
                return CallResult(StepState.UNKNOWN, (*why, *notes), known=False)
            case ChangedByOthers(notes, left):
                there = present(cut.action, cut.after, now.domain)
                state = StepState.DONE if there else StepState.NOT_STARTED
                return CallResult(state, (*why, *notes, *self._cleaned(left, cut)))
            case other:
                assert_never(other)

    def swept(self, create: CallContext) -> tuple[str, ...]:
        """What an undone create left of its files: libvirt 9.0 leaves the memory file behind."""
        try:
            left = left_by_create(create, self.reach(lambda: self._domain_port.evidence(create)))
        except HostError as error:
            return (error.message,)
        return self._cleaned(left, create)

    def _not_done(
        self, cut: CallContext, why: tuple[str, ...], left: tuple[Leftover, ...]
    ) -> CallResult:
        """Files may stay, if they are named; disks that are elsewhere are for `resume` to try."""
        kept = self._cleaned(left, cut)
        if kept and any(
            isinstance(each, UnknownOverlays | GuestOnOverlay | IncompleteSnapshot) for each in left
        ):
            return CallResult(StepState.UNKNOWN, (*why, *kept), known=False)
        return CallResult(StepState.NOT_STARTED, (*why, *kept) or ("nothing of it happened",))

    def _halfway(
        self, cut: CallContext, notes: tuple[str, ...], left: tuple[Leftover, ...], looks: int
    ) -> CallResult:
        """What is put right is looked at again: only then may the call be repeated."""
        kept = self._cleaned(left, cut)
        if left and not kept and looks > 1:
            return self.looked(cut, notes, looks - 1)
        return CallResult(StepState.UNKNOWN, (*notes, *kept), known=not left)

    def _finished(
        self, cut: CallContext, unmarked: Create | None, why: tuple[str, ...]
    ) -> CallResult:
        """Mark what was created; whether that was done is seen, and never tried twice."""
        try:
            if unmarked is not None:
                self._domain_port.mark(unmarked)
        except ReconcileError as error:
            why = (*why, error.message)
        try:
            off = deviations(cut.after, self.reach(self._domain_port.observe))
        except ReconcileError as error:
            return CallResult(StepState.UNKNOWN, (*why, error.message), known=False)
        return CallResult(StepState.UNKNOWN, (*why, *off)) if off else CallResult(StepState.DONE)

    def _cleaned(self, left: tuple[Leftover, ...], cut: CallContext) -> tuple[str, ...]:
        """Remove what the call left; what cannot be is named, with its command."""
        create = cut.action if isinstance(cut.action, Create) else None
        notes: list[str] = []
        for each in left:
            try:
                self._domain_port.remove(each, create)
            except ReconcileError as error:
                notes.append(f"{error.message}: {error.remedy}")
            else:
                self._say(removed(each))
        return tuple(notes)
